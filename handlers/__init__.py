"""One module per Lambda function: unpack the event, call, pack the answer; nothing else."""
