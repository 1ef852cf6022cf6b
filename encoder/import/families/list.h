// Every family: its reader, defined in the file of its name, and its line in the table.
#pragma once

#include "encoder/import/families/family.h"

namespace sbert::encoder {

void read_albert(const JsonValue &config, TransformerSpec &spec, TensorNames &names);
void read_bert(const JsonValue &config, TransformerSpec &spec, TensorNames &names);
void read_distilbert(const JsonValue &config, TransformerSpec &spec, TensorNames &names);
void read_electra(const JsonValue &config, TransformerSpec &spec, TensorNames &names);
void read_gte(const JsonValue &config, TransformerSpec &spec, TensorNames &names);
void read_modernbert(const JsonValue &config, TransformerSpec &spec, TensorNames &names);
void read_mpnet(const JsonValue &config, TransformerSpec &spec, TensorNames &names);
void read_nomic_bert(const JsonValue &config, TransformerSpec &spec, TensorNames &names);
void read_roberta(const JsonValue &config, TransformerSpec &spec, TensorNames &names);

// The names are those of kFamilyNames (model/names.h).
inline constexpr Family kFamilies[] = {
    {"albert", read_albert},         {"bert", read_bert},
    {"camembert", read_roberta},     {"distilbert", read_distilbert},
    {"electra", read_electra},       {"gte", read_gte, "Gte"},
    {"modernbert", read_modernbert}, {"mpnet", read_mpnet},
    {"new", read_gte, "New"},        {"nomic_bert", read_nomic_bert, "NomicBert"},
    {"roberta", read_roberta},       {"xlm-roberta", read_roberta},
};

} // namespace sbert::encoder
