# Runs in the user's Python with `--unsafePython`: calls one function of a script and writes `+` and its result, or `-` and what went wrong, as JSON.
import asyncio
import importlib.util
import inspect
import json
import os
import sys
import traceback


def call(file, name, arguments):
    sys.path.insert(0, os.path.dirname(file))
    spec = importlib.util.spec_from_file_location(os.path.splitext(os.path.basename(file))[0], file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    function = getattr(module, name, None) or getattr(module, "default", None)
    if not callable(function):
        raise LookupError(f"the file has no function `{name}`")
    result = function(*arguments)

    async def awaited():
        return await result

    if inspect.isawaitable(result):
        result = asyncio.run(awaited())
    return json.dumps(result, allow_nan=False)


def main(file, name, arguments):
    sys.dont_write_bytecode = True
    # What the script prints must not mix with the result.
    result = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        answer = "+" + call(file, name, json.loads(arguments))
    except BaseException as error:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if os.path.isabs(frame.filename)]
        folder = os.path.dirname(file)
        own = [frame for frame in frames if frame.filename.startswith(folder)] or frames[-1:]
        at = {"file": own[-1].filename, "line": own[-1].lineno} if own else {}
        if isinstance(error, SyntaxError):
            at = {"file": error.filename, "line": error.lineno}
        kind = "" if isinstance(error, LookupError) and not own else type(error).__name__ + ": "
        answer = "-" + json.dumps({"message": kind + str(error), **at})
    result.write(answer)
    result.flush()
    # Threads of the script do not keep it alive.
    os._exit(0)


main(*sys.argv[1:])
