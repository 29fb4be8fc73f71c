package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"entente/access"

	gomail "github.com/wneessen/go-mail"
)

// A Relay is the SMTP server that takes the node's letters (RFC 5321). It is reached by TLS: from the
// first byte at port 465, by STARTTLS elsewhere (RFC 8314, RFC 3207). Only on this machine itself may
// it do without.
type Relay struct {
	Address  string        // HOST:PORT
	From     string        // who writes: Entente <entente@company.example>
	User     string        // empty for no sign-in
	Password access.Secret // of the user
	TLS      *tls.Config   // of the tests; nil trusts what the system trusts
}

// Check refuses a relay that can never work, or that would carry letters and passwords in the clear.
func (r Relay) Check() error {
	host, port, err := net.SplitHostPort(r.Address)
	if n, bad := strconv.ParseUint(port, 10, 16); err != nil || host == "" || bad != nil || n == 0 {
		return fmt.Errorf("the mail relay is HOST:PORT, for example smtp.company.example:587, not %.80q", r.Address)
	}
	if _, err := netmail.ParseAddress(r.From); err != nil {
		return fmt.Errorf("letters are from an e-mail address, for example 'Entente <entente@company.example>', not %.80q", r.From)
	}
	if (r.User == "") != r.Password.IsZero() {
		return errors.New("a mail relay asks for a user with a password, or for neither")
	}
	return nil
}

// patience is how long each step of a conversation with the relay may take.
const patience = 30 * time.Second

func (r Relay) client() (*gomail.Client, error) {
	host, port, err := net.SplitHostPort(r.Address)
	if err != nil {
		return nil, err
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, err
	}
	options := []gomail.Option{gomail.WithPort(number), gomail.WithTimeout(patience), gomail.WithoutNoop()}
	if r.TLS != nil {
		options = append(options, gomail.WithTLSConfig(r.TLS))
	}
	switch {
	case port == "465":
		options = append(options, gomail.WithSSL())
	case near(host):
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if r.User != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(r.User), gomail.WithPassword(r.Password.Reveal()))
	}
	return gomail.NewClient(host, options...)
}

// near reports whether a host is this machine.
func near(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// A line is a connection to the relay.
type line struct {
	client *gomail.Client
	relay  Relay
}

func (r Relay) connect(ctx context.Context) (*line, error) {
	c, err := r.client()
	if err != nil {
		return nil, err
	}
	err = c.DialWithContext(ctx)
	switch {
	case errors.Is(err, gomail.ErrNoSupportedAuthDiscovered):
		return nil, fmt.Errorf("the mail relay %s offers no sign-in that the node may use: let it offer one (PLAIN or LOGIN need TLS), or leave --smtp-user out", r.Address)
	case err != nil:
		return nil, fmt.Errorf("reaching the mail relay %s: %w", r.Address, err)
	}
	return &line{c, r}, nil
}

func (l *line) close() { _ = l.client.Close() } // what was sent is sent, however the relay says goodbye

// An outcome is what came of handing a letter over.
type outcome struct {
	State  State  // Sent, Failed, Unsure, or Waiting for another attempt
	Broken bool   // the connection is of no use any more
	Why    string // in our words: what relays say may name the addressee
}

// send hands one letter over.
func (l *line) send(e Envelope, c content, now time.Time) outcome {
	m, err := l.relay.message(e, c, now)
	if err != nil {
		return outcome{State: Failed, Why: "the letter cannot be written"}
	}
	err = l.client.Send(m)
	if m.IsDelivered() {
		return outcome{State: Sent, Broken: err != nil}
	}
	return judge(err)
}

// judge says what an error means: whether the relay has refused the letter, has not got it whole, or
// may have taken it.
func judge(err error) outcome {
	var failed *gomail.SendError
	if !errors.As(err, &failed) {
		return outcome{Unsure, true, "the conversation broke off"}
	}
	code := failed.ErrorCode()
	why := fmt.Sprintf("%s: %d", failed.Reason, code)
	switch {
	case code >= 500:
		return outcome{Failed, false, why}
	case code >= 400:
		return outcome{Waiting, false, why}
	case failed.Reason == gomail.ErrSMTPDataClose: // it was sent whole, and nobody said that it was taken
		return outcome{Unsure, true, failed.Reason.String()}
	}
	return outcome{Waiting, true, failed.Reason.String()}
}

func (r Relay) message(e Envelope, c content, now time.Time) (*gomail.Msg, error) {
	from, err := netmail.ParseAddress(r.From)
	if err != nil {
		return nil, err
	}
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := errors.Join(m.From(r.From), m.To(c.To)); err != nil {
		return nil, err
	}
	m.SetMessageIDWithValue(e.ID + from.Address[strings.LastIndexByte(from.Address, '@'):])
	m.SetDateWithValue(now)
	m.Subject(c.Subject)
	m.SetGenHeader("Auto-Submitted", "auto-generated") // no machine answers (RFC 3834)
	if c.Preferences != "" {
		m.SetGenHeader("List-Unsubscribe", "<"+c.Preferences+">")
	}
	m.SetBodyString(gomail.TypeTextPlain, c.Text)
	if c.HTML != "" {
		m.AddAlternativeString(gomail.TypeTextHTML, c.HTML)
	}
	return m, nil
}
