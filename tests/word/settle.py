#!/usr/bin/python3
"""Opens documents in LibreOffice and writes what a reader sees as text.

usage: settle.py PROFILE SOURCE COMMAND TARGET [SOURCE COMMAND TARGET]...

COMMAND is accept, reject (every tracked change) or keep; or lines such as "replace OLD => NEW" (everywhere),
"track OLD => NEW" (which records the change), "drop WORDS" (the row of a table that has them) and "tick WORDS"
(the box before them). A TARGET that ends in .docx or .odt is written as such.
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


def searching(document, words):
    find = document.createReplaceDescriptor()
    find.SearchString = words
    find.SearchCaseSensitive = True
    return find


def found(document, words):
    at = document.findFirst(searching(document, words))
    if at is None:
        sys.exit(f"LibreOffice does not find {words!r}")
    return at


def replace(document, old, new, tracked=False):
    document.RecordChanges = tracked
    find = searching(document, old)
    find.ReplaceString = new
    if document.replaceAll(find) == 0:
        sys.exit(f"LibreOffice does not find {old!r}")
    document.RecordChanges = False


def drop(document, words):
    cell = found(document, words)
    table, name = cell.TextTable, cell.Cell.CellName
    table.Rows.removeByIndex(int(name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) - 1, 1)


def tick(document, words):
    for paragraph in document.Text:
        if not paragraph.supportsService("com.sun.star.text.Paragraph") or words not in paragraph.String:
            continue
        for portion in paragraph:
            if portion.TextPortionType == "ContentControl":
                box = portion.ContentControl
                box.Checked = not box.Checked
                for sign in box:  # a click changes both; the interface only the property
                    sign.String = box.CheckedState if box.Checked else box.UncheckedState
                return
    sys.exit(f"LibreOffice finds no box before {words!r}")


EDITS = {"tick": tick, "replace": replace, "track": lambda d, old, new: replace(d, old, new, True), "drop": drop}
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
                if verb in EDITS:
                    EDITS[verb](document, *rest.split(" => "))
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
