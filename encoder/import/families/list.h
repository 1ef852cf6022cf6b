// Every family, each defined in the file of its name.
#pragma once

#include "encoder/import/families/family.h"

namespace sbert::encoder {

extern const Family kAlbert;
extern const Family kBert;
extern const Family kCamembert; // roberta.cpp
extern const Family kDistilbert;
extern const Family kElectra;
extern const Family kGte;
extern const Family kModernbert;
extern const Family kMpnet;
extern const Family kNew; // gte.cpp
extern const Family kNomicBert;
extern const Family kRoberta;
extern const Family kXlmRoberta; // roberta.cpp

inline constexpr const Family *kFamilies[] = {
    &kAlbert,     &kBert,  &kCamembert, &kDistilbert, &kElectra, &kGte,
    &kModernbert, &kMpnet, &kNew,       &kNomicBert,  &kRoberta, &kXlmRoberta,
};

} // namespace sbert::encoder
