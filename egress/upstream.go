package egress

import "errors"

// ErrUpstream means that an upstream cannot be set as it was asked for; the message says why and is
// for whoever asked.
var ErrUpstream = errors.New("this upstream cannot be set")

// An Upstream is where a provider serves one component in one environment, and how the node
// authenticates there. The provider sets it on the node; it is in no agreement and no ledger.
type Upstream struct {
	Agreement   string
	Component   string
	Environment string
	Address     string // absolute URL to which "/chat/completions" and the like are added: "https://api.company.example/v1"
	Header      string // the header that carries the secret: "Authorization", "x-api-key"; empty sends none
	Sealed      []byte // the header's value, sealed; nil if there is none
}
