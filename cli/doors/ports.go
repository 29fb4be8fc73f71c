package doors

import "cmp"

// Ports are the addresses that a node listens on, as the ports file says them.
type Ports struct {
	Listen  string `json:"listen"`
	Gateway string `json:"gateway"`
	Local   string `json:"local,omitempty"`   // where commands of this machine ask, if Listen speaks TLS
	Metrics string `json:"metrics,omitempty"` // where /metrics is, if it is served
	Public  string `json:"public,omitempty"`  // the address under which people reach the console, if it was said
}

// Plain is where commands of this machine reach console and API without TLS.
func (p Ports) Plain() string {
	if p.Local != "" {
		return p.Local
	}
	return p.Listen
}

// Door is where browsers find the console.
func (p Ports) Door() string { return cmp.Or(p.Public, scheme(p.Local != "")+p.Listen) }

func scheme(secured bool) string {
	if secured {
		return "https://"
	}
	return "http://"
}
