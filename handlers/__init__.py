"""One module per Lambda function: unpack the event, call, pack the answer; nothing else."""

import gc

# What a function makes in its init stays for good. Looking it over for garbage after every 2,000 objects, as Python
# does, is a twentieth of the init. Once there is a handler, `_runtime` has it do so again.
gc.set_threshold(100_000)
