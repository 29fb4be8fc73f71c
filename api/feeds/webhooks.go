package feeds

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/api/rest"
	"entente/events"
	"entente/register"
	"entente/webhooks"
)

var mayHook = rolesOf(webhooks.Keepers)

func rolesOf(roles []agreement.Role) (all []string) {
	for _, r := range roles {
		all = append(all, string(r))
	}
	return all
}

func (d *Desk) webhooks(to *rest.Desk) {
	place := rest.Place{Path: "/api/v1/webhooks", Tag: "webhooks", Whose: rest.Own}
	rest.Add(to, place.Read("", "list-webhooks", "Your party's webhooks", "The other party does not see them.").For(mayHook...), d.hooks)
	rest.AddOnce(to, place.Write("", "add-webhook", mayHook, "Have events sent to an address",
		"What happens from now on is sent there as Standard Webhooks 1.0: each event as a CloudEvent with `webhook-id`, `webhook-timestamp` and `webhook-signature`, symmetric (v1) and asymmetric (v1a). The secret is shown once. An event is tried ten times over three days, under the same id."), d.addHook)
	rest.AddOnce(to, place.End("/{webhook}", "remove-webhook", mayHook, "Send nothing to an address any more", "What waits for it is dropped, and its secret is deleted."), d.removeHook)
	o := place.Write("/{webhook}/secret", "rotate-webhook", mayHook, "Replace a webhook's secret and key", "Messages bear the signatures of before, too, for a day.")
	rest.AddOnce(to, o, d.rotateHook)
	o = place.Write("/{webhook}/test", "test-webhook", mayHook, "Send a test message now, once", "It is of the type entente.webhook.test.v1, and is no event.")
	o.Status = http.StatusOK
	rest.AddOnce(to, o, d.testHook)
	rest.Add(to, place.Read("/{webhook}/deliveries", "list-deliveries", "How the events for a webhook stand, oldest first", "What was delivered is forgotten after 30 days.").For(mayHook...), d.deliveries)
	o = place.Write("/{webhook}/replay", "replay-webhook", mayHook, "Send once more", "Without `from`, what could not be delivered; with it, everything from that event on. A webhook that its receiver had ended goes on.")
	o.Status = http.StatusOK
	rest.AddOnce(to, o, d.replayHook)
	o = place.Write("/{webhook}/pause", "pause-webhook", mayHook, "Send nothing to an address for a time", "What happens meanwhile is sent when it is resumed.")
	o.Status = http.StatusOK
	rest.AddOnce(to, o, d.pauseHook)
	o = place.Write("/{webhook}/resumption", "resume-webhook", mayHook, "Send to an address again", "What happened meanwhile, and what waited. A webhook that its receiver had ended goes on as well.")
	o.Status = http.StatusOK
	rest.AddOnce(to, o, d.resumeHook)
}

// A Hook is exported for the document: an embedded type that is not is not described.
type Hook struct {
	ID       string    `json:"id"`
	URL      string    `json:"url" doc:"Where events are sent."`
	Types    []string  `json:"types" doc:"The types of events that are sent; all if there are none."`
	By       string    `json:"by" doc:"Who made it, by pseudonym."`
	Created  time.Time `json:"created"`
	Key      string    `json:"key" doc:"whpk_ and the Ed25519 public key with which v1a signatures are verified."`
	Disabled string    `json:"disabled,omitempty" doc:"Why nothing is sent; absent while it is."`
}

func (d *Desk) hookOf(h webhooks.Hook) (Hook, error) {
	key, err := d.Courier.Public(h)
	types := []string{}
	return Hook{h.ID, h.URL, append(types, h.Types...), h.By, h.Created, key, h.Disabled}, err
}

func (d *Desk) hooks(ctx context.Context, v rest.Visit, in *struct{ rest.Page }) (*rest.List[Hook], error) {
	own, err := d.Courier.Of(ctx, v.Caller)
	if err != nil {
		return nil, err
	}
	var all []Hook
	for _, h := range own {
		one, err := d.hookOf(h)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return rest.Cut(all, in.Page, func(h Hook) string { return h.ID }, func(Hook) bool { return true })
}

type addHookInput struct {
	rest.Retry
	Body struct {
		URL   string   `json:"url" minLength:"1" maxLength:"2000" example:"https://hooks.example/entente" doc:"Where to send: https, without user name or fragment."`
		Types []string `json:"types,omitempty" maxItems:"50" doc:"Only events of these types: entente.term.breach_notified.v1, or entente.term.* for all of an article."`
	}
}

type shown struct {
	Hook
	Secret string `json:"secret" doc:"whsec_ and the secret with which v1 signatures are verified. It is shown this once."`
}

func (d *Desk) addHook(ctx context.Context, v rest.Visit, in *addHookInput, p *rest.Promise) (out shown, err error) {
	wanted := events.Filter(in.Body.Types)
	if err := wanted.Check(); err != nil {
		return out, rest.Invalid("body.types", err.Error())
	}
	err = d.Courier.Add(ctx, v.Caller, in.Body.URL, wanted, events.Place(v.View.Size-1), func(h webhooks.Hook, s webhooks.Secrets) (access.Answer, error) {
		if out.Hook, err = d.hookOf(h); err != nil {
			return access.Answer{}, err
		}
		out.Secret = s.Shared.Reveal()
		return p.Of(out)
	})
	switch {
	case errors.Is(err, webhooks.ErrURL):
		return out, rest.Invalid("body.url", strings.TrimPrefix(err.Error(), webhooks.ErrURL.Error()+": "))
	case errors.Is(err, webhooks.ErrMany):
		return out, rest.Invalid("body", err.Error())
	}
	return out, err
}

type hookInput struct {
	rest.Retry
	Hook string `path:"webhook" maxLength:"100" doc:"The webhook's id: whk_…"`
}

// find is a webhook of the visitor's party.
func (d *Desk) find(ctx context.Context, v rest.Visit, id string) (webhooks.Hook, error) {
	h, err := d.Courier.Find(ctx, v.Caller, id)
	if errors.Is(err, webhooks.ErrUnknown) {
		err = register.ErrUnknown
	}
	return h, err
}

type removed struct {
	ID string `json:"id"`
}

func (d *Desk) removeHook(ctx context.Context, v rest.Visit, in *hookInput, p *rest.Promise) (removed, error) {
	h, err := d.find(ctx, v, in.Hook)
	if err != nil {
		return removed{}, err
	}
	out := removed{h.ID}
	a, err := p.Of(out)
	if err != nil {
		return out, err
	}
	return out, d.Courier.Remove(ctx, h, a)
}

type rotated struct {
	ID     string    `json:"id"`
	Secret string    `json:"secret" doc:"It is shown this once."`
	Key    string    `json:"key" doc:"The public key that verifies the v1a signatures from now on."`
	Until  time.Time `json:"until" doc:"Until then messages bear the signatures of before, too."`
}

func (d *Desk) rotateHook(ctx context.Context, v rest.Visit, in *hookInput, p *rest.Promise) (out rotated, err error) {
	h, err := d.find(ctx, v, in.Hook)
	if err != nil {
		return out, err
	}
	err = d.Courier.Rotate(ctx, h, func(s webhooks.Secrets, until time.Time) (access.Answer, error) {
		out = rotated{h.ID, s.Shared.Reveal(), s.Public, until}
		return p.Of(out)
	})
	return out, err
}

func (d *Desk) pauseHook(ctx context.Context, v rest.Visit, in *hookInput, _ *rest.Promise) (Hook, error) {
	return d.turn(ctx, v, in.Hook, d.Courier.Pause)
}

func (d *Desk) resumeHook(ctx context.Context, v rest.Visit, in *hookInput, _ *rest.Promise) (Hook, error) {
	return d.turn(ctx, v, in.Hook, d.Courier.Resume)
}

// turn does something to a hook, and says how it stands then.
func (d *Desk) turn(ctx context.Context, v rest.Visit, id string, do func(context.Context, webhooks.Hook) error) (Hook, error) {
	h, err := d.find(ctx, v, id)
	if err == nil {
		err = do(ctx, h)
	}
	if err == nil {
		h, err = d.find(ctx, v, id)
	}
	if err != nil {
		return Hook{}, err
	}
	return d.hookOf(h)
}

type trial struct {
	ID   string `json:"id" doc:"Of the message: test_…"`
	Said string `json:"said" doc:"The status that the receiver answered."`
}

func (d *Desk) testHook(ctx context.Context, v rest.Visit, in *hookInput, _ *rest.Promise) (trial, error) {
	h, err := d.find(ctx, v, in.Hook)
	if err != nil {
		return trial{}, err
	}
	t, err := d.Courier.Try(ctx, h)
	if err == nil && !t.OK {
		err = rest.NewProblem(http.StatusUnprocessableEntity, "not-received", "The test message was not received", "the receiver: "+t.Said)
	}
	return trial{t.ID, t.Said}, err
}

type deliveriesInput struct {
	rest.Page
	Hook  string `path:"webhook" maxLength:"100" doc:"The webhook's id: whk_…"`
	State string `query:"state" enum:"waiting,delivered,dead" doc:"Only those that stand so."`
}

type delivery struct {
	Event    string    `json:"event" doc:"Its id, which is the message's webhook-id."`
	State    string    `json:"state" enum:"waiting,delivered,dead"`
	Attempts int       `json:"attempts" doc:"How often it was tried."`
	Due      time.Time `json:"due" doc:"When it is tried next; of one that has ended, when it did."`
	Said     string    `json:"said,omitempty" doc:"What came of the last attempt: a status, or refused or unreachable."`
}

func (d *Desk) deliveries(ctx context.Context, v rest.Visit, in *deliveriesInput) (*rest.List[delivery], error) {
	h, err := d.find(ctx, v, in.Hook)
	if err != nil {
		return nil, err
	}
	after, err := events.ParsePlace(v.ID, in.After)
	if err != nil {
		return nil, rest.Invalid("query.after", err.Error())
	}
	found, err := d.Courier.Queue.Deliveries(ctx, h.ID, webhooks.State(in.State), int64(after), in.Limit+1)
	if err != nil {
		return nil, err
	}
	var out rest.List[delivery]
	for i, one := range found {
		if i == in.Limit {
			out.Body.Next = out.Body.Items[i-1].Event
			break
		}
		out.Body.Items = append(out.Body.Items, delivery{events.IDOf(v.ID, one.Position), string(one.State), one.Attempts, one.Due, one.Said})
	}
	return &out, nil
}

type replayInput struct {
	rest.Retry
	Hook string `path:"webhook" maxLength:"100" doc:"The webhook's id: whk_…"`
	Body struct {
		From string `json:"from,omitempty" maxLength:"200" doc:"The id of the event to begin with."`
	}
}

type replayed struct {
	ID    string `json:"id"`
	Again int    `json:"again" doc:"How many events wait to be sent again."`
}

func (d *Desk) replayHook(ctx context.Context, v rest.Visit, in *replayInput, _ *rest.Promise) (replayed, error) {
	h, err := d.find(ctx, v, in.Hook)
	if err != nil {
		return replayed{}, err
	}
	from, err := events.ParsePlace(v.ID, in.Body.From)
	if err != nil {
		return replayed{}, rest.Invalid("body.from", err.Error())
	}
	again, err := d.Courier.Replay(ctx, h, int64(from))
	return replayed{h.ID, again}, err
}
