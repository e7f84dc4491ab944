"""A program on a terminal of its own, as a shell would start it, seen from outside."""
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time

# The other screen is taken and given back.
TAKEN, GIVEN_BACK = b"\x1b[?1049h", b"\x1b[?1049l"


class Checks:
    """Counts what does not hold."""

    def __init__(self):
        self.failures = 0

    def __call__(self, what, holds):
        print(("fine: " if holds else "FAILED: ") + what, flush=True)
        self.failures += 0 if holds else 1


class Session:
    """A program on a terminal of its own, in a session of its own, as a shell would start it."""

    def __init__(self, arguments, environment=None, size=(24, 80)):
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        self.before = termios.tcgetattr(self.slave)
        self.output = b""
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
            for number in (0, 1, 2):
                os.dup2(self.slave, number)
            # Not the leader of the session: a process group whose parent is in the session can be stopped.
            child = os.fork()
            if child == 0:
                os.setpgid(0, 0)
                wait_for_foreground()
                os.environ.update({"TERM": "xterm"} | (environment or {}))
                os.execv(arguments[0], arguments)
            os.setpgid(child, child)
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)
            os.tcsetpgrp(0, child)
            os.write(self.slave, f"<pid {child}>".encode())
            status = os.waitpid(child, 0)[1]
            os.tcsetpgrp(0, os.getpgrp())
            code = os.waitstatus_to_exitcode(status)
            os.write(self.slave, f"<ended {code}>".encode())
            # The terminal is gone with the session: it is looked at before.
            time.sleep(60)
            os._exit(0)
        self.wait(b"<pid ")
        self.wait(b">")
        self.program = int(self.output.split(b"<pid ")[1].split(b">")[0])

    def wait(self, text, seconds=20, after=0):
        """Whether `text` comes."""
        until = time.monotonic() + seconds
        while text not in self.output[after:]:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self.master], [], [], left)[0]:
                return False
            self.output += os.read(self.master, 65536)
        return True

    def pause(self, seconds):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if select.select([self.master], [], [], 0.05)[0]:
                self.output += os.read(self.master, 65536)

    def type(self, text):
        os.write(self.master, text)

    def ended(self):
        """The exit code; None: it goes on."""
        if not self.wait(b"<ended "):
            return None
        self.wait(b">", after=self.output.index(b"<ended "))
        return int(self.output.split(b"<ended ")[1].split(b">")[0])

    def unchanged(self):
        return termios.tcgetattr(self.slave) == self.before

    def restored(self):
        return (self.unchanged() and self.output.count(TAKEN) == self.output.count(GIVEN_BACK)
                and self.output.rindex(GIVEN_BACK) > self.output.rindex(TAKEN))

    def close(self):
        for pid in (self.program, self.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        os.waitpid(self.pid, 0)
        os.close(self.master)
        os.close(self.slave)


def wait_for_foreground():
    until = time.monotonic() + 10
    while os.tcgetpgrp(0) != os.getpgrp() and time.monotonic() < until:
        time.sleep(0.01)
