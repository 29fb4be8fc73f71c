package cli

import (
	"crypto/tls"
	"flag"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"entente/cli/terminal"
	"entente/egress"
	"entente/gateway/certificate"
)

// shown is the certificate by which the node shows who it is: from files, or from an authority, which
// is then to be kept; nil if the node speaks plain HTTP.
func shown(env *terminal.Env, f *flag.FlagSet, log *slog.Logger) (*tls.Config, *certificate.ACME, error) {
	cert, key, names := terminal.Text(f, "tls-cert"), terminal.Text(f, "tls-key"), terminal.Text(f, "acme-names")
	switch {
	case names != "" && cert+key != "":
		return nil, nil, terminal.Misusef("the certificate is in files (--tls-cert, --tls-key) or an authority issues it (--acme-names), not both")
	case names != "":
		a, err := authority(f, log)
		if err != nil {
			return nil, nil, err
		}
		return a.Config(), a, nil
	case cert == "" && key == "" && terminal.Text(f, "listen-tls") == "true":
		return nil, nil, terminal.Misusef("--listen-tls needs a certificate: --tls-cert and --tls-key, or --acme-names")
	case cert == "" && key == "":
		return nil, nil, nil
	case cert == "" || key == "":
		return nil, nil, terminal.Misusef("--tls-cert and --tls-key belong together")
	}
	config, err := (&certificate.Files{Cert: cert, Key: key, Now: env.Now, Log: log}).Config()
	if err != nil {
		return nil, nil, terminal.Misusef("%v", err)
	}
	return config, nil, nil
}

// authority is the one that certifies the names of the node. By naming its directory the operator
// permits to connect there, wherever that is.
func authority(f *flag.FlagSet, log *slog.Logger) (*certificate.ACME, error) {
	if terminal.Text(f, "acme-accept-terms") != "true" {
		return nil, terminal.Misusef("the authority at %s has terms of service: read them, and say with --acme-accept-terms that you agree", terminal.Text(f, "acme-directory"))
	}
	names := terminal.Listed(strings.ToLower(terminal.Text(f, "acme-names")))
	for _, name := range names {
		if net.ParseIP(name) != nil || !strings.Contains(name, ".") || strings.ContainsAny(name, "*/: ") {
			return nil, terminal.Misusef("--acme-names: %q is not the full name of a host, as gateway.company.example", name)
		}
	}
	u, err := url.Parse(terminal.Text(f, "acme-directory"))
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || len(names) == 0 {
		return nil, terminal.Misusef("--acme-directory is an address with https, and --acme-names has a name")
	}
	port := u.Port()
	if port == "" {
		port = "443"
	}
	policy := egress.Policy{Allow: []string{net.JoinHostPort(u.Hostname(), port)}, Header: 30 * time.Second}
	return &certificate.ACME{Names: names, Directory: u.String(), Email: terminal.Text(f, "acme-email"), Log: log,
		Client: &http.Client{Transport: policy.RoundTripper(), CheckRedirect: policy.Client().CheckRedirect, Timeout: time.Minute}}, nil
}
