package egress

import (
	"errors"
	"log/slog"
)

// ErrRefused is in the chain of every error that the policy caused, as opposed to the network.
var ErrRefused = errors.New("not permitted by the egress policy")

// An Error is what a caller sees of any outgoing call that did not work: always the
// same words, so that nobody maps a private network by trying addresses. The cause is
// for the operator: a slog record shows it, errors.Is and errors.As reach it.
type Error struct{ cause error }

// Hide turns err into an *Error, or nil if err is nil. Hiding twice hides once, and what
// an http.Client has wrapped around an *Error (the address called) comes off.
func Hide(err error) error {
	if err == nil {
		return nil
	}
	var hidden *Error
	if errors.As(err, &hidden) {
		return hidden
	}
	return &Error{cause: err}
}

// Error is the same for every cause.
func (e *Error) Error() string { return "refused or unreachable" }

// GoString keeps the cause out of %#v as well.
func (e *Error) GoString() string { return "egress.Error(refused or unreachable)" }

// Unwrap gives the cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.cause }

// LogValue shows the cause in the operator's log.
func (e *Error) LogValue() slog.Value { return slog.StringValue(e.cause.Error()) }

// Timeout reports whether the other side was too slow.
func (e *Error) Timeout() bool {
	var t interface{ Timeout() bool }
	return errors.As(e.cause, &t) && t.Timeout()
}
