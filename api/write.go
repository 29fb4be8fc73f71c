package api

import (
	"context"
	"net/http"
	"reflect"
	"sync"

	"entente/access"
	"entente/ledger/seal"
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

// addOnce serves a write that is no act under an agreement: making credentials, setting upstreams.
// Its answers are kept while the node runs.
func addOnce[I, T any](d *desk, o operation, do func(context.Context, visit, *I) (T, error)) {
	add(d, o, func(ctx context.Context, v visit, in *I) (*written[T], error) {
		b, again, err := d.answers.once(v, func() ([]byte, error) {
			out, err := do(ctx, v, in)
			if err != nil {
				return nil, err
			}
			return encode(out)
		})
		switch {
		case err != nil:
			return nil, err
		case again:
			return replayed[T](b), nil
		}
		return &written[T]{Body: kept[T]{b}}, nil
	})
}

// answers keeps the answers to writes that leave no entry in a ledger. They may hold a secret that
// is shown once, so they are in memory only, and few.
type answers struct {
	mu    sync.Mutex
	kept  map[string]*attempt
	order []string
}

// mostAnswers is how many answers are kept; the oldest goes first.
const mostAnswers = 4096

// An attempt is the first request with a key, and all that repeat it.
type attempt struct {
	mu       sync.Mutex // held while the first of them is carried out
	request  seal.Digest
	answered bool
	answer   access.Secret
}

// once carries out do, unless its request was carried out before: then it returns the answer of then.
func (a *answers) once(v visit, do func() ([]byte, error)) (b []byte, again bool, err error) {
	if v.key == "" {
		b, err = do()
		return b, false, err
	}
	k := a.find(string(v.id)+"/"+string(v.Actor.Party)+"/"+v.key, v.digest)
	if k.request != v.digest {
		return nil, false, notary.ErrKeyReused
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.answered {
		return []byte(k.answer.Reveal()), true, nil
	}
	if b, err = do(); err == nil {
		k.answered, k.answer = true, access.NewSecret(string(b))
	}
	return b, false, err
}

func (a *answers) find(name string, request seal.Digest) *attempt {
	a.mu.Lock()
	defer a.mu.Unlock()
	if k, ok := a.kept[name]; ok {
		return k
	}
	if a.kept == nil {
		a.kept = map[string]*attempt{}
	}
	if len(a.order) == mostAnswers {
		delete(a.kept, a.order[0])
		a.order = a.order[1:]
	}
	a.kept[name], a.order = &attempt{request: request}, append(a.order, name)
	return a.kept[name]
}

// nothing is the input of an operation that takes none.
type nothing struct{}

// Of is the input of an operation on one agreement.
type Of struct {
	ID string `path:"id" doc:"The agreement's id: agr_ and 16 letters and digits."`
}

const created = http.StatusCreated
