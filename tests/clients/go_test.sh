#!/usr/bin/env bash
# The Go modules pgvector-go and pgx: go/.
set -euo pipefail
. "$(dirname "$0")/client.sh"

client go go
at_least 1.25 go "$(GOTOOLCHAIN=local go env GOVERSION | sed 's/^go//')"

export GOPATH=$CLIENT_BUILD/path GOCACHE=$CLIENT_BUILD/cache GOTOOLCHAIN=local GOWORK=off CGO_ENABLED=0
GOFLAGS="$(go env GOFLAGS) -modcacherw" # so that whoever owns build/ can remove it
export GOFLAGS
unset GOMODCACHE

fetch "$CLIENT_SOURCE/go.sum" go mod -C "$CLIENT_SOURCE" download
# Not optimised: to build fast.
go build -C "$CLIENT_SOURCE" -gcflags="all=-N -l" -ldflags=-w -o "$CLIENT_BUILD/client" .
in_each_database "$CLIENT_BUILD/client"
