# Asks pg_config of the server that the module is built for. Sets PG_includedir_server, PG_pkglibdir, PG_sharedir.
#
# Debian's newest server comes first; another is named by -DSBERT_PG_CONFIG=/path/to/pg_config.
file(GLOB debian_servers /usr/lib/postgresql/*/bin)
list(SORT debian_servers COMPARE NATURAL ORDER DESCENDING)
find_program(SBERT_PG_CONFIG pg_config PATHS ${debian_servers} NO_DEFAULT_PATH)
find_program(SBERT_PG_CONFIG pg_config REQUIRED DOC "pg_config of the server to build for")
foreach(item includedir-server pkglibdir sharedir version)
    string(MAKE_C_IDENTIFIER ${item} name)
    execute_process(
        COMMAND ${SBERT_PG_CONFIG} --${item}
        OUTPUT_VARIABLE PG_${name}
        OUTPUT_STRIP_TRAILING_WHITESPACE
        COMMAND_ERROR_IS_FATAL ANY
    )
endforeach()
message(STATUS "Building for ${PG_version}")
