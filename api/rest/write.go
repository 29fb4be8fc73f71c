package rest

import (
	"context"
	"net/http"
	"reflect"
	"sync"

	"entente/access"
	"entente/notary"

	"github.com/danielgtaylor/huma/v2"
)

// Add serves an operation that answers with what do returns.
func Add[I, O any](d *Desk, o Operation, do func(context.Context, Visit, *I) (*O, error)) {
	huma.Register(d.huma, d.describe(o), func(ctx context.Context, in *I) (*O, error) {
		v, _ := ctx.Value(visitKey{}).(Visit)
		out, err := do(ctx, v, in)
		if err != nil {
			return nil, d.problem(ctx, v, err)
		}
		return out, nil
	})
}

// A Retry is what every write takes, so that a retry is the same operation.
type Retry struct {
	Key string `header:"Idempotency-Key" minLength:"1" maxLength:"255" doc:"Names this request: the same key with the same request gives the same answer and changes nothing a second time. With another request it is refused."`
}

// A Written is the answer to a write: the bytes that a retry gets, too.
type Written[T any] struct {
	Replayed string  `header:"Idempotent-Replayed" doc:"true, if this is the answer of an earlier request with the same Idempotency-Key."`
	Body     Kept[T] `doc:"What the write led to."`
}

// A Kept is a T in JSON, as it was written the first time.
type Kept[T any] struct{ json []byte }

// KeptOf is a body that was written before.
func KeptOf[T any](json []byte) Kept[T] { return Kept[T]{json} }

func (k Kept[T]) bytes() []byte { return k.json }

// Schema says that the body is a T.
func (Kept[T]) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[T](), true, "")
}

func Replayed[T any](json []byte) *Written[T] { return &Written[T]{"true", Kept[T]{json}} }

// AddAct serves a write that the notary carries out, and answers a retry from what it has kept.
func AddAct[I, T any](d *Desk, o Operation, do func(context.Context, Visit, *I) (*Written[T], error)) {
	Add(d, o, func(ctx context.Context, v Visit, in *I) (*Written[T], error) {
		switch earlier, ok, err := d.house.Notary.Replay(ctx, v.Order()); {
		case err != nil:
			return nil, err
		case ok:
			return Replayed[T](earlier.Repeated), nil
		}
		return do(ctx, v, in)
	})
}

// Act has the notary carry out an order, keeping the answer for a retry together with what happened.
func Act[T any](v Visit, answer func(notary.Receipt) T, do func(notary.Order) (notary.Receipt, error)) (*Written[T], error) {
	o := v.Order()
	var first []byte
	o.Respond = func(r notary.Receipt) (b []byte, err error) {
		first, err = Encode(answer(r))
		return first, err
	}
	r, err := do(o)
	switch {
	case err != nil:
		return nil, err
	case r.Repeated != nil:
		return Replayed[T](r.Repeated), nil
	case first == nil: // without a key nothing is kept
		_, err = o.Respond(r)
	}
	return &Written[T]{Body: Kept[T]{first}}, err
}

// Command is act for what needs nothing but a command.
func Command[T any](ctx context.Context, n *notary.Notary, v Visit, c any, answer func(notary.Receipt) T) (*Written[T], error) {
	return Act(v, answer, func(o notary.Order) (notary.Receipt, error) {
		o.Command = c
		return n.Do(ctx, o)
	})
}

// AddOnce serves a write that is no act under an agreement: making credentials, setting upstreams. Its
// answer is kept beside the ledgers; what do keeps itself, by way of the promise, it keeps with what it
// writes.
func AddOnce[I, T any](d *Desk, o Operation, do func(context.Context, Visit, *I, *Promise) (T, error)) {
	Add(d, o, func(ctx context.Context, v Visit, in *I) (*Written[T], error) {
		if v.Key != "" {
			defer d.turns.take(string(v.ID) + "/" + string(v.Actor.Party) + "/" + v.Key)()
			switch earlier, ok, err := d.house.Notary.Replay(ctx, v.Order()); {
			case err != nil:
				return nil, err
			case ok:
				return Replayed[T](earlier.Repeated), nil
			}
		}
		p := &Promise{n: d.house.Notary, v: v}
		out, err := do(ctx, v, in, p)
		if err != nil {
			return nil, err
		}
		if p.kept == nil {
			a, err := p.Of(out)
			if err == nil && a.Key != "" {
				err = d.house.Answers.KeepAnswer(ctx, a)
			}
			if err != nil {
				return nil, err
			}
		}
		return &Written[T]{Body: Kept[T]{p.kept}}, nil
	})
}

// A Promise is the answer that a retry will get.
type Promise struct {
	n    *notary.Notary
	v    Visit
	kept []byte
}

// Of makes the answer as it is to be kept; empty if the request has no key.
func (p *Promise) Of(out any) (a access.Answer, err error) {
	if p.kept, err = Encode(out); err != nil || p.v.Key == "" {
		return a, err
	}
	return p.n.Answered(p.v.Order(), p.kept)
}

// turns lets one request at a time be carried out under a name.
type turns struct {
	mu    sync.Mutex
	taken map[string]*turn
}

type turn struct {
	sync.Mutex
	waiting int
}

func (t *turns) take(name string) (leave func()) {
	t.mu.Lock()
	if t.taken == nil {
		t.taken = map[string]*turn{}
	}
	if t.taken[name] == nil {
		t.taken[name] = &turn{}
	}
	one := t.taken[name]
	one.waiting++
	t.mu.Unlock()
	one.Lock()
	return func() {
		one.Unlock()
		t.mu.Lock()
		defer t.mu.Unlock()
		if one.waiting--; one.waiting == 0 {
			delete(t.taken, name)
		}
	}
}

// PlainText is the media type of what is read by people and tools alike.
const PlainText = "text/plain; charset=utf-8"

// A File is an answer that is not JSON.
type File struct {
	Type        string `header:"Content-Type" hidden:"true"`
	Caching     string `header:"Cache-Control" hidden:"true"`
	Disposition string `header:"Content-Disposition" hidden:"true"`
	Body        []byte
}

// Nothing is the input of an operation that takes none.
type Nothing struct{}

// Of is the input of an operation on one agreement.
type Of struct {
	ID string `path:"id" doc:"The agreement's id: agr_ and 16 letters and digits."`
}

const Created = http.StatusCreated
