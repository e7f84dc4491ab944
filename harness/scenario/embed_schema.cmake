# cmake -D SCHEMA=... -D TEMPLATE=... -D OUT=... -P embed_schema.cmake: writes the schema into a C++ string.
file(READ ${SCHEMA} SCHEMA_TEXT)
configure_file(${TEMPLATE} ${OUT} @ONLY)
