"""A headless Chromium, driven over its DevTools protocol through a pipe: no port, no package, only the standard library."""
import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time


class Trouble(Exception):
    """The browser did not do what it was told."""


class Browser:
    """One Chromium with a profile of its own, ended with the `with` block."""

    def __enter__(self):
        program = shutil.which("chromium")
        if program is None:
            raise Trouble("no chromium here: kind-configs/host/packages.sh browser installs it")
        self._profile = tempfile.mkdtemp(prefix="hadrill-browser-")
        to_read, self._out = os.pipe()
        self._in, to_write = os.pipe()

        def take_pipe():
            # Chromium reads commands from descriptor 3 and writes answers to 4, whatever lies there now.
            commands = fcntl.fcntl(to_read, fcntl.F_DUPFD, 10)
            answers = fcntl.fcntl(to_write, fcntl.F_DUPFD, 10)
            os.dup2(commands, 3)
            os.dup2(answers, 4)

        self._process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run",
             "--disable-extensions", "--disable-background-networking", "--disable-component-update", "--force-color-profile=srgb",
             "--remote-debugging-pipe", f"--user-data-dir={self._profile}", "about:blank"],
            preexec_fn=take_pipe, close_fds=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(to_write)
        self._next = 0
        self._rest = b""
        self.events = []
        return self

    def __exit__(self, *_):
        os.close(self._out)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._in)
        shutil.rmtree(self._profile, ignore_errors=True)

    def _message(self, deadline):
        while b"\0" not in self._rest:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._in], [], [], left)[0]:
                raise Trouble("chromium does not answer")
            part = os.read(self._in, 1 << 20)
            if not part:
                raise Trouble("chromium has ended")
            self._rest += part
        text, self._rest = self._rest.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, session=None, timeout=60, **params):
        """The result of a command; events that come before it are kept."""
        self._next += 1
        command = {"id": self._next, "method": method, "params": params}
        if session:
            command["sessionId"] = session
        os.write(self._out, json.dumps(command).encode() + b"\0")
        deadline = time.monotonic() + timeout
        while True:
            message = self._message(deadline)
            if message.get("id") == self._next:
                if "error" in message:
                    raise Trouble(f"{method}: {message['error']}")
                return message["result"]
            if "method" in message:
                self.events.append(message)

    def wait_for(self, method, session, timeout=60):
        """The next event of this name, of this page."""
        deadline = time.monotonic() + timeout
        while True:
            for i, event in enumerate(self.events):
                if event["method"] == method and event.get("sessionId") == session:
                    return self.events.pop(i)["params"]
            message = self._message(deadline)
            if "method" in message:
                self.events.append(message)


class Page:
    """One tab at one width, with everything it complained of."""

    def __init__(self, browser, width, dark=False, scripts=True, height=900):
        self.browser = browser
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self._target = target
        self.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "DOM"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        if width < 600:
            self.call("Emulation.setTouchEmulationEnabled", enabled=True)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        if not scripts:
            self.call("Emulation.setScriptExecutionDisabled", value=True)

    def call(self, method, **params):
        return self.browser.call(method, session=self.session, **params)

    def open(self, path):
        """Seconds from the start of loading to the load event, script included."""
        began = time.monotonic()
        self.call("Page.navigate", url="file://" + os.path.abspath(path))
        self.browser.wait_for("Page.loadEventFired", self.session)
        return time.monotonic() - began

    def evaluate(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise Trouble(f"{expression[:80]}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def mouse(self, kind, x, y, **more):
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def screenshot(self, path, full=True):
        image = self.call("Page.captureScreenshot", captureBeyondViewport=full)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(image))

    def pdf(self, path):
        document = self.call("Page.printToPDF", paperWidth=8.27, paperHeight=11.69, printBackground=True)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(document))

    def complaints(self):
        """Exceptions, errors and warnings of console and policy, and requests for anything but the file itself."""
        told = []
        for event in self.browser.events:
            if event.get("sessionId") != self.session:
                continue
            method, params = event["method"], event["params"]
            if method == "Runtime.exceptionThrown":
                told.append("exception: " + json.dumps(params["exceptionDetails"])[:400])
            elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"):
                told.append("console: " + json.dumps(params["args"])[:400])
            elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
                told.append("log: " + params["entry"]["text"][:400])
            elif method == "Network.requestWillBeSent" and not params["request"]["url"].startswith(("file://", "about:")):
                told.append("request: " + params["request"]["url"][:200])
        return told

    def close(self):
        self.browser.call("Target.closeTarget", targetId=self._target)
