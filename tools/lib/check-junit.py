#!/usr/bin/env python3
"""Validates an XML file against an XML Schema, with libxml2, which most systems have.

    check-junit.py SCHEMA FILE

Exit status: 0 valid, 1 not, 2 there is no libxml2. Python's standard library and libxml2 are all it needs.
"""

import ctypes
import ctypes.util
import sys


def main():
    name = ctypes.util.find_library("xml2")
    if name is None:
        print("skipped: there is no libxml2", file=sys.stderr)
        return 2
    xml = ctypes.CDLL(name)
    for function in ("xmlSchemaNewParserCtxt", "xmlSchemaParse", "xmlSchemaNewValidCtxt", "xmlReadFile"):
        getattr(xml, function).restype = ctypes.c_void_p
    schema_file, file = (argument.encode() for argument in sys.argv[1:3])
    parser = xml.xmlSchemaNewParserCtxt(ctypes.c_char_p(schema_file))
    schema = xml.xmlSchemaParse(ctypes.c_void_p(parser))
    if not schema:
        print(f"{sys.argv[1]} is no schema", file=sys.stderr)
        return 1
    document = xml.xmlReadFile(ctypes.c_char_p(file), None, 0)
    if not document:
        print(f"{sys.argv[2]} is no XML", file=sys.stderr)
        return 1
    validation = xml.xmlSchemaNewValidCtxt(ctypes.c_void_p(schema))
    problems = xml.xmlSchemaValidateDoc(ctypes.c_void_p(validation), ctypes.c_void_p(document))
    print(f"{sys.argv[2]}: {'valid' if problems == 0 else 'not valid'}")
    return 0 if problems == 0 else 1


sys.exit(main())
