package node

import (
	"entente/agreement"
	"entente/register"
)

// readOnly lists the agreements whose ledgers do not verify, or are of a later release.
func (n *Node) readOnly() []agreement.ID {
	var ids []agreement.ID
	for _, v := range n.Register.Views() {
		if v.Broken != nil {
			ids = append(ids, v.State.ID)
		}
	}
	return ids
}

// warn tells the operator, once, that an agreement is read-only and which entry is wrong.
func (n *Node) warn(v *register.View) {
	if v.Broken == nil {
		return
	}
	if _, said := n.warned.LoadOrStore(v.State.ID, true); !said {
		n.log.Error("AN AGREEMENT IS READ-ONLY and its calls are refused; `entente ledger verify` says more", "agreement", v.State.ID, "error", v.Broken)
	}
}
