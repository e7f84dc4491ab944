"""The live view on a pseudo terminal, seen from outside: it is drawn, keys are heard, and the terminal is itself again
afterwards, whatever ends the program. Usage: terminal_test.py REPLAY_LIVE RUN_DIRECTORY"""
import fcntl
import os
import pathlib
import re
import signal
import struct
import sys
import termios

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from pseudo_terminal import GIVEN_BACK, TAKEN, Checks, Session  # noqa: E402

PROGRAM, RUN = sys.argv[1], sys.argv[2]
check = Checks()


def drawn(session):
    return session.wait(TAKEN) and session.wait(b"apiserver-kill on stacked")


def ends_well(name, arguments, code, act=lambda session: None):
    session = Session([PROGRAM, RUN] + arguments)
    check(f"{name}: the view is drawn", drawn(session))
    act(session)
    check(f"{name}: it ends with {code}", session.ended() == code)
    check(f"{name}: the terminal is itself again", session.restored())
    return session


def main():
    session = ends_well("a run to its end", ["20"], 0)
    after = session.output[session.output.rindex(GIVEN_BACK):]
    check("lines of progress are printed afterwards", b"replay begins" in after and b"replay ends" in after)
    session.close()

    for name, send in {"SIGTERM": signal.SIGTERM, "SIGINT": signal.SIGINT}.items():
        ends_well(name, ["1", "stay"], 130, lambda one, sent=send: os.kill(one.program, sent)).close()
    ends_well("Ctrl-C", ["1", "stay"], 130, lambda one: one.type(b"\x03")).close()
    ends_well("the key a", ["1", "stay"], 130, lambda one: one.type(b"a")).close()
    ends_well("an exception", ["20", "throw"], 5).close()
    ends_well("a crash", ["20", "crash"], -signal.SIGABRT).close()
    ends_well("Ctrl-\\", ["1", "stay"], -signal.SIGQUIT, lambda one: one.type(b"\x1c")).close()
    ends_well("SIGHUP", ["1", "stay"], -signal.SIGHUP, lambda one: os.kill(one.program, signal.SIGHUP)).close()

    session = Session([PROGRAM, RUN, "20", "stay"])
    check("keys: the view is drawn", drawn(session))
    session.type(b"?")
    check("? shows the keys", session.wait(b"heal now: undo what is in force"))
    session.type(b"?\x1b[A")
    session.pause(1)
    check("an arrow aborts nothing", b"<ended" not in session.output)
    session.type(b"h")
    check("h is answered", session.wait(b"a aborts") or session.wait(b"asked for"))
    mark = len(session.output)
    fcntl.ioctl(session.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 12, 40, 0, 0))
    check("another size is drawn anew", session.wait(b"\x1b[2J", after=mark) and session.wait(b"\x1b[12;1H", after=mark))
    mark = len(session.output)
    session.type(b"\x1a")
    check("Ctrl-Z gives the terminal back", session.wait(GIVEN_BACK, after=mark))
    session.pause(0.5)
    state = open(f"/proc/{session.program}/stat", encoding="ascii").read().rsplit(")", 1)[1].split()[0]
    check("Ctrl-Z stops it", state == "T")
    check("stopped: the terminal is itself again", session.restored())
    mark = len(session.output)
    os.kill(session.program, signal.SIGCONT)
    check("going on, it is drawn anew", session.wait(TAKEN, after=mark) and session.wait(b"hadrill", after=mark))
    session.type(b"a")
    check("and keys are heard again", session.ended() == 130)
    check("keys: the terminal is itself again", session.restored())
    session.close()

    session = Session([PROGRAM, RUN, "20"], {"NO_COLOR": "1"})
    session.ended()
    colours = re.findall(rb"\x1b\[([0-9;]*)m", session.output)
    check("NO_COLOR: bold and reverse at most", set(colours) <= {b"0", b"1", b"7"} and b"7" in colours)
    session.close()

    session = Session([PROGRAM, RUN, "20"], {"TERM": "dumb"})
    check("a dumb terminal gets lines", session.ended() == 64 and b"\x1b" not in session.output)
    session.close()
    sys.exit(1 if check.failures else 0)


main()
