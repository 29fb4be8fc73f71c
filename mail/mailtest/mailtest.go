// Package mailtest is a mail relay for tests: a real SMTP server on loopback that keeps what it takes,
// and can be told to refuse, to put off and to break off.
package mailtest

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// A Server is a relay. Its fields may be changed by On only.
type Server struct {
	Address string // HOST:PORT on loopback

	User, Password string      // asked for, if set before Start
	TLS            *tls.Config // STARTTLS is offered with it, if set before Start

	mu      sync.Mutex
	taken   []Letter
	on      func(to string, attempt int) error
	tried   map[string]int
	arrived chan struct{}
}

// A Letter is what the relay took.
type Letter struct {
	From, To string
	Header   netmail.Header
	Body     string // as it came, with its encoding
}

// ErrCut is how a rule breaks the connection after the letter came whole, and before it is
// acknowledged.
var ErrCut = errors.New("cut off")

// Start runs a relay until the test ends.
func Start(t testing.TB, s *Server) *Server {
	t.Helper()
	s.tried, s.arrived = map[string]int{}, make(chan struct{}, 1000)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Address = l.Addr().String()
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{server: s, conn: c}, nil }))
	server.Domain, server.AllowInsecureAuth, server.TLSConfig = "relay.example", true, s.TLS
	server.ReadTimeout, server.WriteTimeout = 10*time.Second, 10*time.Second
	server.ErrorLog = quiet{}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return s
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// On says what becomes of each attempt to hand a letter over: nil takes it, an error of Refuse or ErrCut
// does not. The first attempt is number 1.
func (s *Server) On(rule func(to string, attempt int) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.on = rule
}

// Refuse is how a rule refuses: a reply from 500 on is final, and one from 400 to 499 may be different at the next try (RFC 5321, 4.2.1).
func Refuse(code int) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.NoEnhancedCode, Message: "no"}
}

// Letters are those that were taken, in their order.
func (s *Server) Letters() []Letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Letter(nil), s.taken...)
}

// Wait is the n-th letter that was taken, counted from 1, as soon as it is there.
func (s *Server) Wait(t testing.TB, n int) Letter {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		if all := s.Letters(); len(all) >= n {
			return all[n-1]
		}
		select {
		case <-s.arrived:
		case <-deadline:
			t.Fatalf("%d letters came, waiting for the one numbered %d", len(s.Letters()), n)
		}
	}
}

type session struct {
	server   *Server
	conn     *smtp.Conn
	signedIn bool
	from, to string
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != s.server.User || password != s.server.Password {
			return smtp.ErrAuthFailed
		}
		s.signedIn = true
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.server.User != "" && !s.signedIn {
		return smtp.ErrAuthRequired
	}
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	return nil
}

func (s *session) Data(r io.Reader) error {
	m, err := netmail.ReadMessage(r)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(m.Body)
	if err != nil {
		return err
	}
	o := s.server
	o.mu.Lock()
	defer o.mu.Unlock()
	o.tried[s.to]++
	if o.on != nil {
		err = o.on(s.to, o.tried[s.to])
	}
	if err != nil && !errors.Is(err, ErrCut) {
		return err
	}
	o.taken = append(o.taken, Letter{s.from, s.to, m.Header, strings.ReplaceAll(string(body), "\r\n", "\n")})
	select {
	case o.arrived <- struct{}{}:
	default:
	}
	if err != nil {
		s.conn.Conn().Close()
	}
	return nil
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }
