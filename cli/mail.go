package cli

import (
	"flag"
	"os"
	"strings"

	"entente/access"
	"entente/cli/terminal"
	"entente/mail"
)

// mailFlags say who takes the letters that a node writes to people.
func mailFlags(f *flag.FlagSet) {
	f.String("smtp", "", "the mail relay that takes letters to people, `HOST:PORT`: TLS at port 465, else STARTTLS; without it the node writes none")
	f.String("smtp-from", "", "who writes them, for example 'Entente <entente@company.example>'; an `address`")
	f.String("smtp-user", "", "the `user` whom the relay knows; none if it asks for none")
	f.String("smtp-password-file", "", "a `file` with the user's password")
}

// relay reads the flags; nil if there is no relay.
func relay(f *flag.FlagSet) (*mail.Relay, error) {
	r := mail.Relay{Address: terminal.Text(f, "smtp"), From: terminal.Text(f, "smtp-from"), User: terminal.Text(f, "smtp-user")}
	file := terminal.Text(f, "smtp-password-file")
	if r.Address == "" {
		if r.From+r.User+file != "" {
			return nil, terminal.Misusef("--smtp HOST:PORT says which relay --smtp-from, --smtp-user and --smtp-password-file are for")
		}
		return nil, nil
	}
	if file != "" {
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, terminal.Misusef("--smtp-password-file: %v", err)
		}
		r.Password = access.NewSecret(strings.TrimRight(string(b), "\r\n"))
	}
	if err := r.Check(); err != nil {
		return nil, terminal.Misusef("--smtp: %v", err)
	}
	return &r, nil
}
