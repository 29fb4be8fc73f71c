package mail_test

import (
	"crypto/tls"
	"crypto/x509"
	"mime"
	"net/http/httptest"
	"strings"
	"testing"

	"entente/access"
	"entente/mail"
	"entente/mail/mailtest"
)

type mimeWord = mime.WordDecoder

// certified is a certificate for example.com, and who trusts it.
func certified(t *testing.T) (server, client *tls.Config) {
	t.Helper()
	s := httptest.NewTLSServer(nil)
	t.Cleanup(s.Close)
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	return &tls.Config{Certificates: s.TLS.Certificates}, &tls.Config{RootCAs: pool, ServerName: "example.com"}
}

func TestARelayAsksForAPassword(t *testing.T) {
	server, client := certified(t)
	for _, c := range []struct {
		name, password string
		trusted        bool
		comes          int
		says           string // the log
	}{
		{"the right password, by STARTTLS", "tide", true, 1, ""},
		{"a wrong password", "ebb", true, 0, "reaching the mail relay"},
		{"a certificate that nobody vouches for", "tide", false, 0, "certificate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOffice(t)
			o.relay = mailtest.Start(t, &mailtest.Server{User: "node", Password: "tide", TLS: server})
			q := o.queue(o.store)
			q.Relay.User, q.Relay.Password = "node", access.NewSecret(c.password)
			if c.trusted {
				q.Relay.TLS = client
			}
			must(t, q.Post(t.Context(), letter("one")))
			must(t, q.Deliver(t.Context()))
			if got := len(o.relay.Letters()); got != c.comes {
				t.Errorf("%d came; log: %s", got, o.log.String())
			}
			if !strings.Contains(o.log.String(), c.says) {
				t.Errorf("the log does not say %q: %s", c.says, o.log.String())
			}
			if strings.Contains(o.log.String(), c.password) {
				t.Errorf("the log holds the password: %s", o.log.String())
			}
		})
	}
}

// A relay that asks for no password cannot be given one: the log says what to do.
func TestARelayThatOffersNoSignIn(t *testing.T) {
	o := newOffice(t)
	o.relay = mailtest.Start(t, &mailtest.Server{})
	q := o.queue(o.store)
	q.Relay.User, q.Relay.Password = "node", access.NewSecret("tide")
	must(t, q.Post(t.Context(), letter("one")))
	must(t, q.Deliver(t.Context()))
	if said := o.log.String(); len(o.relay.Letters()) > 0 || !strings.Contains(said, "offers no sign-in that the node may use") || strings.Contains(said, "tide") {
		t.Errorf("the log says: %s", said)
	}
}

func TestWhatCannotBeARelay(t *testing.T) {
	good := mail.Relay{Address: "smtp.company.example:587", From: "Entente <e@company.example>"}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*mail.Relay){
		"no port":             func(r *mail.Relay) { r.Address = "smtp.company.example" },
		"a port out of range": func(r *mail.Relay) { r.Address = "smtp.company.example:70000" },
		"no sender":           func(r *mail.Relay) { r.From = "" },
		"no address":          func(r *mail.Relay) { r.From = "Entente" },
		"a user alone":        func(r *mail.Relay) { r.User = "node" },
		"a password alone":    func(r *mail.Relay) { r.Password = access.NewSecret("x") },
	} {
		r := good
		change(&r)
		if r.Check() == nil {
			t.Errorf("%s was taken", name)
		}
	}
}
