package frame

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"

	"entente/access"
	"entente/notary"
)

// Once carries out what forms ask for that is no act under the agreement, and leaves no entry in its ledger: once for
// each form, as acts are. Both fields are needed.
type Once struct {
	Notary *notary.Notary
	// Answers keeps what was answered to a form that keeps nothing itself.
	Answers Answers
}

// Answers keeps how forms were answered, where the notary looks for what was answered before.
type Answers interface {
	// KeepAnswer keeps an answer durably. A second one to the same form is refused.
	KeepAnswer(ctx context.Context, a access.Answer) error
}

// Keep makes of what was done the answer that is kept with it, for whoever sends the same form again. A secret in it is
// sealed.
type Keep func(Done) (access.Answer, error)

// Act makes an act of do, which calls keep if it stores the answer together with what it does.
func (o *Once) Act(do func(ctx context.Context, v *Visit, f url.Values, keep Keep) (Done, error)) Act {
	return func(ctx context.Context, v *Visit, order notary.Order, f url.Values) (Done, error) {
		if earlier, ok, err := o.Notary.Replay(ctx, order); ok || err != nil {
			return Outcome(earlier, err)
		}
		kept := false
		keep := func(done Done) (access.Answer, error) {
			kept = true
			b, err := json.Marshal(done)
			if err != nil {
				return access.Answer{}, fmt.Errorf("writing the answer to a form: %w", err)
			}
			return o.Notary.Answered(order, b)
		}
		done, err := do(ctx, v, f, keep)
		if err == nil && !kept {
			var a access.Answer
			if a, err = keep(done); err == nil {
				err = o.Answers.KeepAnswer(ctx, a)
			}
		}
		if err == nil {
			return done, nil
		}
		if earlier, ok, again := o.Notary.Replay(ctx, order); ok && again == nil {
			return Outcome(earlier, nil) // the same form came twice at the same time, and the other was first
		}
		return Done{}, err
	}
}
