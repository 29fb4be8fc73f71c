package certificate

import "crypto/tls"

// Asking returns a config that asks callers for a certificate of theirs whenever when says so. A
// caller that has none connects as before. Of one that has, it is proved that the caller holds the
// key; who certified the key, and for what, is not looked at: pins decide.
//
// A session that began without being asked is not resumed once callers are asked, or a certificate
// that is accepted from now on would not be seen before the session's ticket expires.
func Asking(config *tls.Config, when func() bool) *tls.Config {
	asking := config.Clone()
	asking.ClientAuth = tls.RequestClientCert
	asking.WrapSession, asking.UnwrapSession = asking.EncryptTicket, asking.DecryptTicket // with ticket keys of its own
	choosing := config.Clone()
	choosing.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
		if when() {
			return asking, nil
		}
		return nil, nil
	}
	return choosing
}
