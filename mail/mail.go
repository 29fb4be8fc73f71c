// Package mail is how a node writes to people: letters that wait in a queue on disk until the relay of
// the node's operator has taken them.
//
// A letter is posted under a key, and once under each key. It is handed over at most once: what is
// about to happen is on disk before it happens, so that after a crash nothing is sent twice. If nobody
// can know whether the relay took a letter it is not sent again, and the log says so. What a letter
// says is sealed while it waits and forgotten when it has gone.
package mail

import (
	"errors"
	"fmt"
	"io"
	netmail "net/mail"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A Letter is one e-mail to one person. It prints as its key: what it says may be a secret.
type Letter struct {
	Key     string // 1 to 200 bytes; a second letter with the same key is not posted. Nothing secret or personal
	To      string // an address alone: mara@calluna.example
	Subject string // one line of at most 200 characters
	Text    string // the letter in plain text, at most 100,000 bytes
	HTML    string // the same with markup, for programs that prefer it; empty for none
	// Where its reader chooses which letters come: an https or http address, which programs show beside it
	// (List-Unsubscribe, RFC 2369). Empty for letters that nobody can turn off.
	Preferences string
	Expires     time.Time // it is not sent from then on; zero means after three days
}

// Format writes the key and nothing else, for every verb.
func (l Letter) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "letter %s", l.Key) }

// Limits of a letter.
const (
	longestKey     = 200
	longestSubject = 200
	longestText    = 100_000
	longestLife    = 3 * 24 * time.Hour
)

// ErrLetter means that a letter cannot be posted as it is; the message says why.
var ErrLetter = errors.New("the letter cannot be sent")

// check refuses what no relay should see.
func (l Letter) check() error {
	switch {
	case l.Key == "" || len(l.Key) > longestKey || strings.ContainsFunc(l.Key, unicode.IsControl):
		return fmt.Errorf("%w: its key has 1 to %d bytes and no control characters", ErrLetter, longestKey)
	case CheckAddress(l.To) != nil:
		return fmt.Errorf("%w: its addressee is not one e-mail address", ErrLetter)
	case l.Subject == "" || utf8.RuneCountInString(l.Subject) > longestSubject || strings.ContainsFunc(l.Subject, unicode.IsControl):
		return fmt.Errorf("%w: its subject is one line of at most %d characters", ErrLetter, longestSubject)
	case l.Preferences != "" && !webAddress.MatchString(l.Preferences):
		return fmt.Errorf("%w: where its reader chooses is no address of a page", ErrLetter)
	case l.Text == "" || len(l.Text) > longestText || len(l.HTML) > longestText || !utf8.ValidString(l.Text) || !utf8.ValidString(l.HTML):
		return fmt.Errorf("%w: its text is UTF-8 of at most %d bytes", ErrLetter, longestText)
	}
	return nil
}

// webAddress is the form of an address that can stand in a header as it is.
var webAddress = regexp.MustCompile(`^https?://[!-;=?-~]{1,500}$`)

// CheckAddress refuses what is not one address alone, without a name.
func CheckAddress(text string) error {
	a, err := netmail.ParseAddress(text)
	if err != nil || a.Address != text || len(text) > 254 || strings.ContainsFunc(text, unicode.IsControl) {
		return fmt.Errorf("%.80q is not an e-mail address such as mara@company.example", text)
	}
	return nil
}

// A State says how a letter stands.
type State string

// The states of a letter. The last three are ends.
const (
	Waiting State = "waiting"
	Sending State = "sending" // it is being handed over; found so at a start, it is Unsure
	Sent    State = "sent"    // the relay has taken it
	Failed  State = "failed"  // the relay has refused it for good, or its time had run out
	Unsure  State = "unsure"  // nobody can know whether the relay took it; it is not sent again
)

// Ended reports whether nothing more happens to the letter.
func (s State) Ended() bool { return s != Waiting && s != Sending }

// An Envelope is a letter as it is kept.
type Envelope struct {
	ID       string // "mail_…", in the letter's Message-ID as well
	Key      string
	Sealed   string // addressee and text; empty once it has ended
	State    State
	Attempts int
	Posted   time.Time
	Due      time.Time // when it is handed over next
	Expires  time.Time
}

// Format writes no more than the id, for every verb.
func (e Envelope) Format(f fmt.State, _ rune) { io.WriteString(f, e.ID) }
