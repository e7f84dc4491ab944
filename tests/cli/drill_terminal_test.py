"""What `hadrill drill` asks before there is a cluster, on a pseudo terminal. Usage: drill_terminal_test.py HADRILL FOLDER"""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from pseudo_terminal import Checks, Session  # noqa: E402

PROGRAM = sys.argv[1]
check = Checks()


def drill(*arguments, environment=None):
    # Nothing of this machine's is touched, whatever goes wrong.
    nowhere = tempfile.mkdtemp(dir=sys.argv[2])
    known = {"XDG_STATE_HOME": nowhere, "XDG_CACHE_HOME": nowhere, "DOCKER_HOST": "unix:///nowhere.sock"}
    return Session([PROGRAM, "drill", "--runs", nowhere + "/runs", *arguments], known | (environment or {})), nowhere


def leaves(name, arguments, typed, code, said=()):
    session, nowhere = drill(*arguments)
    for prompt, line in typed:
        check(f"{name}: asks \"{prompt}\"", session.wait(prompt.encode()))
        session.type(line)
    check(f"{name}: exit code {code}", session.ended() == code)
    for text in said:
        check(f"{name}: says \"{text}\"", text.encode() in session.output)
    check(f"{name}: the terminal is itself", session.unchanged())
    check(f"{name}: nothing is left behind", not os.listdir(nowhere))
    session.close()


def main():
    which, make = "Which one?", "Make the cluster"
    leaves("nothing chosen", [], [(which, b"\n")], 3, ["apiserver-kill", "Nothing was broken."])
    leaves("end of input", [], [(which, b"\x04")], 3)
    leaves("Ctrl-C at the list", [], [(which, b"\x03")], 130)
    leaves("chosen, then no", [], [(which, b"etcd-leader-kill\n"), (make, b"n\n")], 3,
           ["process.kill of etcd (leader)", "api.write.longest_outage", "The etcd leader dies without warning."])
    leaves("a part of a name", [], [(which, b"etcd-leader\n"), ("etcd-leader-pause", b"\n")], 3)
    leaves("named, then no", ["apiserver-kill"], [(make, b"n\n")], 3)
    leaves("named, then Ctrl-C", ["apiserver-kill"], [(make, b"\x03")], 130)
    leaves("no such scenario", ["no-such"], [], 64)
    leaves("a topology that does not fit", ["apiserver-kill", "--topology", "no-such"], [], 64)
    leaves("a bad duration", ["apiserver-kill", "--expected-outage", "soon"], [], 64)
    leaves("--yes without a scenario", ["--yes"], [], 64, ["which scenario?"])

    session, _ = drill("apiserver-kill")
    check("SIGTERM at a question", session.wait(make.encode()))
    os.kill(session.program, signal.SIGTERM)
    check("SIGTERM at a question: exit code 130", session.ended() == 130)
    session.close()

    session, _ = drill(environment={"NO_COLOR": "1"})
    session.wait(which.encode())
    check("the list is plain text", b"\x1b" not in session.output)
    session.type(b"\n")
    session.ended()
    session.close()

    piped = subprocess.run([PROGRAM, "drill"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
                           check=False)
    check("without a terminal a scenario has to be named", piped.returncode == 64 and "hadrill list" in piped.stderr)
    sys.exit(1 if check.failures else 0)


main()
