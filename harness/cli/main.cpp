#include "cli/app.hpp"

int main(int argc, char** argv) { return hadrill::cli::run(argc, argv); }
