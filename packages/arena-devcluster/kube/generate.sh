#!/usr/bin/env bash
# Writes go.mod and go.sum for a release of Kubernetes: generate.sh 1.36.3
set -euo pipefail
cd "$(dirname "$0")"
release=${1:?usage: generate.sh RELEASE}
staging=v0.${release#1.}

rm -f go.mod go.sum
go mod init github.com/backstage-arena/backstage-arena/packages/arena-devcluster/kube

# Kubernetes requires its staging modules as v0.0.0 and replaces them by folders of its own. Replacements do not count in a
# dependent, so they are repeated here, by the released modules.
upstream=$(go mod download -json "k8s.io/kubernetes@v$release" |
  node -pe 'JSON.parse(require("fs").readFileSync(0)).GoMod')
go mod edit -json "$upstream" |
  node -e 'for (const { Old, New } of JSON.parse(require("fs").readFileSync(0)).Replace)
    if (New.Path.startsWith("./staging/")) console.log(Old.Path)' |
  while read -r module; do
    go mod edit -replace "$module=$module@$staging"
  done
go mod edit -go "$(go mod edit -json "$upstream" |
  node -pe 'JSON.parse(require("fs").readFileSync(0)).Go')"
go mod edit -require "k8s.io/kubernetes@v$release"
go mod tidy
