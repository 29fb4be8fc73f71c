#!/usr/bin/python3
"""Opens documents in LibreOffice and writes what a reader sees as text.

usage: settle.py PROFILE SOURCE COMMAND TARGET [SOURCE COMMAND TARGET]...

COMMAND is accept, reject (every tracked change) or keep; or "replace OLD => NEW", or "track OLD => NEW",
which records the change. Several stand in lines of their own. A TARGET that ends in .docx or .odt is
written as such.
"""
import os, subprocess, sys, time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

COMMANDS = {"accept": ".uno:AcceptAllTrackedChanges", "reject": ".uno:RejectAllTrackedChanges"}


def url(path):
    return uno.systemPathToFileUrl(os.path.abspath(path))


def setting(name, value):
    return PropertyValue(Name=name, Value=value)


def connect(pipe, office):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(600):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if office.poll() not in (None, 0, 81):
                sys.exit(f"LibreOffice ended with {office.returncode}")
            time.sleep(0.1)
    sys.exit("LibreOffice did not start within a minute")


def replace(document, old, new, tracked):
    document.RecordChanges = tracked
    find = document.createReplaceDescriptor()
    find.SearchString, find.ReplaceString = old, new
    find.SearchCaseSensitive = True
    if document.replaceAll(find) == 0:
        sys.exit(f"LibreOffice does not find {old!r}")


FILTERS = {".docx": "MS Word 2007 XML", ".odt": "writer8"}


def main(profile, jobs):
    pipe = f"settle{os.getpid()}"
    office = subprocess.Popen(["soffice", "--headless", "--norestore", "--nologo", f"-env:UserInstallation={url(profile)}", f"--accept=pipe,name={pipe};urp;"])
    try:
        context = connect(pipe, office)
        create = context.ServiceManager.createInstanceWithContext
        desktop = create("com.sun.star.frame.Desktop", context)
        dispatcher = create("com.sun.star.frame.DispatchHelper", context)
        for source, command, target in zip(jobs[::3], jobs[1::3], jobs[2::3]):
            document = desktop.loadComponentFromURL(url(source), "_blank", 0, (setting("Hidden", True),))
            if document is None:
                sys.exit(f"LibreOffice does not open {source}")
            for line in command.splitlines():
                verb, _, rest = line.partition(" ")
                if verb in ("replace", "track"):
                    replace(document, *rest.split(" => "), verb == "track")
            if command in COMMANDS:
                dispatcher.executeDispatch(document.CurrentController.Frame, COMMANDS[command], "", 0, ())
            name = FILTERS.get(os.path.splitext(target)[1])
            form = (setting("FilterName", name),) if name else (setting("FilterName", "Text (encoded)"), setting("FilterOptions", "UTF8,LF,,,"))
            document.storeToURL(url(target), form)
            document.close(True)
        desktop.terminate()
    finally:
        try:
            office.wait(30)
        except subprocess.TimeoutExpired:
            office.kill()


main(sys.argv[1], sys.argv[2:])
