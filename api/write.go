package api

import (
	"context"
	"net/http"
	"reflect"
	"sync"

	"entente/access"
	"entente/notary"

	"github.com/danielgtaylor/huma/v2"
)

// add serves an operation that answers with what do returns.
func add[I, O any](d *desk, o operation, do func(context.Context, visit, *I) (*O, error)) {
	huma.Register(d.huma, d.describe(o), func(ctx context.Context, in *I) (*O, error) {
		v, _ := ctx.Value(visitKey{}).(visit)
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

// A written is the answer to a write: the bytes that a retry gets, too.
type written[T any] struct {
	Replayed string  `header:"Idempotent-Replayed" doc:"true, if this is the answer of an earlier request with the same Idempotency-Key."`
	Body     kept[T] `doc:"What the write led to."`
}

// A kept is a T in JSON, as it was written the first time.
type kept[T any] struct{ json []byte }

func (k kept[T]) bytes() []byte { return k.json }

// Schema says that the body is a T.
func (kept[T]) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[T](), true, "")
}

func replayed[T any](json []byte) *written[T] { return &written[T]{"true", kept[T]{json}} }

// addAct serves a write that the notary carries out, and answers a retry from what it has kept.
func addAct[I, T any](d *desk, o operation, do func(context.Context, visit, *I) (*written[T], error)) {
	add(d, o, func(ctx context.Context, v visit, in *I) (*written[T], error) {
		switch earlier, ok, err := d.Notary.Replay(ctx, v.order()); {
		case err != nil:
			return nil, err
		case ok:
			return replayed[T](earlier.Repeated), nil
		}
		return do(ctx, v, in)
	})
}

// act has the notary carry out an order, keeping the answer for a retry together with what happened.
func act[T any](v visit, answer func(notary.Receipt) T, do func(notary.Order) (notary.Receipt, error)) (*written[T], error) {
	o := v.order()
	var first []byte
	o.Respond = func(r notary.Receipt) (b []byte, err error) {
		first, err = encode(answer(r))
		return first, err
	}
	r, err := do(o)
	switch {
	case err != nil:
		return nil, err
	case r.Repeated != nil:
		return replayed[T](r.Repeated), nil
	case first == nil: // without a key nothing is kept
		_, err = o.Respond(r)
	}
	return &written[T]{Body: kept[T]{first}}, err
}

// command is act for what needs nothing but a command.
func command[T any](ctx context.Context, n *notary.Notary, v visit, c any, answer func(notary.Receipt) T) (*written[T], error) {
	return act(v, answer, func(o notary.Order) (notary.Receipt, error) {
		o.Command = c
		return n.Do(ctx, o)
	})
}

// addOnce serves a write that is no act under an agreement: making credentials, setting upstreams. Its
// answer is kept beside the ledgers; what do keeps itself, by way of the promise, it keeps with what it
// writes.
func addOnce[I, T any](d *desk, o operation, do func(context.Context, visit, *I, *promise) (T, error)) {
	add(d, o, func(ctx context.Context, v visit, in *I) (*written[T], error) {
		if v.key != "" {
			defer d.turns.take(string(v.id) + "/" + string(v.Actor.Party) + "/" + v.key)()
			switch earlier, ok, err := d.Notary.Replay(ctx, v.order()); {
			case err != nil:
				return nil, err
			case ok:
				return replayed[T](earlier.Repeated), nil
			}
		}
		p := &promise{n: d.Notary, v: v}
		out, err := do(ctx, v, in, p)
		if err != nil {
			return nil, err
		}
		if p.written == nil {
			a, err := p.of(out)
			if err == nil && a.Key != "" {
				err = d.Answers.KeepAnswer(ctx, a)
			}
			if err != nil {
				return nil, err
			}
		}
		return &written[T]{Body: kept[T]{p.written}}, nil
	})
}

// A promise is the answer that a retry will get.
type promise struct {
	n       *notary.Notary
	v       visit
	written []byte
}

// of makes the answer as it is to be kept; empty if the request has no key.
func (p *promise) of(out any) (a access.Answer, err error) {
	if p.written, err = encode(out); err != nil || p.v.key == "" {
		return a, err
	}
	return p.n.Answered(p.v.order(), p.written)
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

// nothing is the input of an operation that takes none.
type nothing struct{}

// Of is the input of an operation on one agreement.
type Of struct {
	ID string `path:"id" doc:"The agreement's id: agr_ and 16 letters and digits."`
}

const created = http.StatusCreated
