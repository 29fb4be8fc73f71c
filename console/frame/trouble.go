package frame

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"entente/access"
	"entente/access/pace"
	"entente/agreement"
	"entente/notary"
	"entente/register"
)

// What goes wrong at this door alone.
var (
	ErrAbsent  = errors.New("there is no such page")
	ErrForeign = errors.New("the request came from another site")
	ErrForm    = errors.New("the form is not one of ours")
	ErrBroken  = errors.New("the page panicked")
	ErrCrowded = errors.New("too many pages are open")
)

// TooOften is that somebody asks for more than their pace allows, and how long they are to wait.
type TooOften time.Duration

func (t TooOften) Error() string { return "wait " + t.Seconds() + " s" }

// Seconds is how long to wait, as Retry-After has it.
func (t TooOften) Seconds() string { return strconv.Itoa(pace.Seconds(time.Duration(t))) }

// A Trouble is an error as a page shows it.
type Trouble struct {
	Title, Text string
	Advice      string
	Again       string // where a link that says “continue” leads, if there is one
	Door        string // the page on which one enters, and comes back to what was asked for; empty if one need not enter
}

// Explain is an error as its page shows it, and the page's status. What is not foreseen is a fault of
// ours, of which nothing is shown.
func Explain(r *http.Request, err error) (int, Trouble) {
	var refusal *agreement.Refusal
	var tooLarge *http.MaxBytesError
	var often TooOften
	switch {
	case errors.Is(err, access.ErrNoEntry):
		return http.StatusForbidden, notEntered(r)
	case errors.Is(err, ErrAbsent), errors.Is(err, register.ErrUnknown):
		return http.StatusNotFound, Trouble{Title: "There is nothing here", Text: "The page does not exist, or it is not yours to see.",
			Advice: "If someone sent you this address, ask them whether you and they are people of the same agreement."}
	case errors.Is(err, ErrForeign):
		return http.StatusForbidden, Trouble{Title: "Another site sent this", Text: "Nothing was done: the request did not come from a page of this node.",
			Advice: "Open the agreement here and do it again."}
	case errors.As(err, &refusal):
		return StatusOf(refusal), Trouble{Title: "Not done", Text: "The agreement does not allow it: " + refusal.Error() + "."}
	case errors.Is(err, notary.ErrKeyReused):
		return http.StatusConflict, Trouble{Title: "This form was sent before", Text: "It was sent with other content the first time, so nothing was done now.",
			Advice: "Open the clause again and fill in the form that is there now."}
	case errors.Is(err, notary.ErrReadOnly), errors.Is(err, notary.ErrClock):
		return http.StatusServiceUnavailable, Trouble{Title: "Nothing can be recorded now", Text: "The agreement can be read and verified, but not written: " + public(err) + ".",
			Advice: "Ask the operator of this node."}
	case errors.As(err, &often):
		return http.StatusTooManyRequests, Trouble{Title: "Too many pages in a short time", Text: "Nothing was done. More was asked for from here than a person can read.",
			Advice: "Wait " + Counted(pace.Seconds(time.Duration(often)), "second", "seconds") + " and load the page again. If a program asks, let it use the API of this node."}
	case errors.Is(err, ErrCrowded):
		return http.StatusTooManyRequests, Trouble{Title: "Too many pages are open", Text: "This page is not told what others do meanwhile.", Advice: "Close some pages, and open this one again."}
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge, Trouble{Title: "The form is too long", Text: "Nothing was done.", Advice: "Put long evidence into a document and name it here."}
	case errors.Is(err, ErrForm):
		return http.StatusBadRequest, Trouble{Title: "The form cannot be read", Text: "Nothing was done: the request is not one that our pages make.", Advice: "Open the agreement and use the form that is there."}
	}
	return http.StatusInternalServerError, Trouble{Title: "Something went wrong here", Text: "The fault is on our side. It has been written down for the operator of this node.",
		Advice: "Whether your last act was recorded, the ledger says. A form may be sent again: it is never carried out twice."}
}

// public is as much of an error as a person of the agreement may read.
func public(err error) string {
	if errors.Is(err, notary.ErrClock) {
		return notary.ErrClock.Error()
	}
	return "its ledger has entries that this release cannot read"
}

// notEntered is the page for those without a session. A browser that follows a link from elsewhere
// withholds the session's cookie, so it is shown the way on, by a link of our own.
func notEntered(r *http.Request) Trouble {
	if FromElsewhere(r) {
		return Trouble{Title: "Continue to Entente", Text: "You followed a link from elsewhere.", Again: r.URL.EscapedPath()}
	}
	var to Way
	if r.Method == http.MethodGet {
		to = WayOf(r.URL.Path)
	}
	return Trouble{Title: "Please enter first", Text: "You have not entered on this browser, or your visit has ended.",
		Advice: "Enter, and you come to this address.", Door: to.Door()}
}

// FromElsewhere reports whether a browser followed a link on another site or in a letter.
func FromElsewhere(r *http.Request) bool {
	return r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Site") == "cross-site"
}

// StatusOf tells refusals for want of authority from those for the state of things.
func StatusOf(refusal *agreement.Refusal) int {
	if refusal.Clause == "7.1" {
		return http.StatusForbidden
	}
	return http.StatusConflict
}

// Secure reports whether the browser came by TLS, to this node or to the proxy before it.
func Secure(r *http.Request) bool {
	return r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https"
}

// Here is the address of the node for people to copy: the one that it says of itself or, if it says none, the one
// by which the browser came.
func Here(r *http.Request, origin string) string {
	switch {
	case origin != "":
		return origin
	case Secure(r):
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
