// Nothing: a library that has the precompiled headers of all tests has to have a file.
