// SHA-256 by OpenSSL: see sha256.h.
#include "encoder/model/sha256.h"

#include <new>

#include <openssl/evp.h>

namespace sbert::encoder {

struct Sha256::State {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    ~State() { EVP_MD_CTX_free(context); }
    // OpenSSL gives no other reason than memory for a digest that it has.
    void require(int result) const
    {
        if (context == nullptr || result != 1)
            throw std::bad_alloc();
    }
};

Sha256::Sha256() : state_(std::make_unique<State>())
{
    state_->require(1);
    state_->require(EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr));
}

Sha256::~Sha256() = default;

void Sha256::add(const void *data, size_t bytes)
{
    state_->require(EVP_DigestUpdate(state_->context, data, bytes));
}

Digest Sha256::finish()
{
    Digest digest;
    unsigned length = digest.size();
    state_->require(EVP_DigestFinal_ex(state_->context, digest.data(), &length));
    return digest;
}

} // namespace sbert::encoder
