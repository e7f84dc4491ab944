# cmake -D SCHEMA=... -D FUNCTION=... -D TEMPLATE=... -D OUT=... -P embed_schema.cmake: writes a schema into a C++ string.
file(READ ${SCHEMA} SCHEMA_TEXT)
configure_file(${TEMPLATE} ${OUT} @ONLY)
