"""Run a handler in this process and say, for each event that comes in, what it and its calls to AWS took.

`python drive.py MODULE`: events come in as lines of JSON, times go out as lines of JSON, in seconds.
"""

import importlib
import json
import sys
import time
from types import SimpleNamespace
from typing import Any

import botocore.client


class Stopwatch:
    def __init__(self) -> None:
        self.seconds = 0.0

    def around(self, call: Any) -> Any:
        def timed(*arguments: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return call(*arguments, **named)
            finally:
                self.seconds += time.perf_counter() - began

        return timed


def main() -> None:
    answers, sys.stdout = sys.stdout, sys.stderr  # What the function logs goes elsewhere.
    aws = Stopwatch()
    botocore.client.BaseClient._make_api_call = aws.around(  # type: ignore[attr-defined]
        botocore.client.BaseClient._make_api_call  # type: ignore[attr-defined]
    )
    handler = importlib.import_module(sys.argv[1]).handler
    context = SimpleNamespace(function_name="bench", aws_request_id="1", invoked_function_arn="arn:bench")
    for line in sys.stdin:
        event = json.loads(line)
        aws.seconds, cpu, began = 0.0, time.process_time(), time.perf_counter()
        answer = handler(event, context)
        took = {"all": time.perf_counter() - began, "aws": aws.seconds, "cpu": time.process_time() - cpu}
        print(json.dumps({"status": answer["statusCode"], **took}), file=answers, flush=True)


if __name__ == "__main__":
    main()
