# cmake -D SOURCE=... -D FUNCTION=... -D TEMPLATE=... -D OUT=... -P embed_text.cmake: writes a text into a C++ string.
file(READ ${SOURCE} TEXT)
configure_file(${TEMPLATE} ${OUT} @ONLY)
