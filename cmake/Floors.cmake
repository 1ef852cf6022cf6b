# The floors below the module, taken from the build SBERT_FLOORS in place of being built again: they know nothing of the
# server, so a module for another one only links them. The build is one of the same sources and compiler.
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_library(ONIGURUMA_LIBRARY onig REQUIRED)

# import_floor(NAME FILE [LIBRARY...])
function(import_floor name file)
    add_library(${name} STATIC IMPORTED GLOBAL)
    set_target_properties(${name} PROPERTIES IMPORTED_LOCATION ${SBERT_FLOORS}/${file})
    target_link_libraries(${name} INTERFACE ${ARGN})
endfunction()

import_floor(kernels encoder/kernels/libkernels.a)
import_floor(encoder encoder/libencoder.a kernels OpenSSL::Crypto ${ONIGURUMA_LIBRARY})
import_floor(ann extension/ann/libann.a kernels)
find_package(ICU 67 REQUIRED COMPONENTS uc)
import_floor(chunks extension/chunks/libchunks.a encoder ICU::uc)
import_floor(scores extension/scores/libscores.a)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
import_floor(fit extension/fit/libfit.a scores kernels Eigen3::Eigen)
import_floor(tagging extension/tagging/libtagging.a encoder kernels)
