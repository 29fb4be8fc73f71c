package notary

import "entente/agreement"

// Hold keeps everybody else from acting under an agreement until let go.
func (n *Notary) Hold(id agreement.ID) (letGo func()) {
	lock := n.lock(id)
	lock.Lock()
	return lock.Unlock
}
