"""What the functions measure themselves, as `core/metrics.py` writes it into their log lines."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

NAMESPACE: Final = "TaskBot"
CHANNELS: Final = ("slack", "email")
OUTCOMES: Final = ("Sent", "Retried", "Ambiguous", "Settled", "Suppressed", "Failed")


def measured(name: str, statistic: str = cloudwatch.Stats.SUM, **dimensions: str) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=name,
        dimensions_map=dimensions,
        statistic=statistic,
        period=Duration.minutes(5),
    )
