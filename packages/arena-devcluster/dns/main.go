// Command dns is CoreDNS with the few plugins that a development cluster
// needs: with all of them it takes three times as long to build.
package main

import (
	"github.com/coredns/coredns/core/dnsserver"
	"github.com/coredns/coredns/coremain"
	_ "github.com/coredns/coredns/plugin/bind"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/hosts"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/template"
)

func init() {
	// The order in which plugins see a question.
	dnsserver.Directives = []string{"bind", "errors", "template", "hosts", "kubernetes"}
}

func main() {
	coremain.Run()
}
