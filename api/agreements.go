package api

import (
	"context"
	"slices"
	"strings"
	"time"

	"entente/agreement"
	"entente/api/rest"
	"entente/articles/margins"
	"entente/articles/term"
	"entente/register"
)

func (d *desk) agreements() {
	at := rest.Place{Path: "/api/v1/agreements", Tag: "agreements"}
	rest.Add(d.Desk, at.Read("", "list-agreements", "The agreements that you may know of", "A person sees their own, the operator all of the node by id, number and stage.").For(rest.Anyone, rest.Operator), d.list)
	file := func(below, id string, roles []string, summary, about string) rest.Operation {
		o := at.Write(below, id, roles, summary, about)
		o.Limit, o.Again, o.AgainBody = rest.LargeBody, "The node has this very text; new signatures that came with it were added", proposed{}
		return o
	}
	rest.Add(d.Desk, file("", "open-agreement", mayPropose, "Open an agreement: a ledger with a first version before the parties",
		"The file is checked; with errors nothing is opened. A person opens an agreement whose clause 7.1 names the address that your party has for them, once and as one who may propose: at most three within a day. It is brought to both parties. The operator opens any. Signatures in the signed package count at once if they verify. The same text a second time opens nothing: its new signatures are added. Another text with a partnership number that one of its parties uses already is refused.").On(rest.Self), d.openAgreement)
	rest.Add(d.Desk, file("/{id}/versions", "propose-version", mayPropose, "Put the next version before the parties",
		"It binds no one until both have signed it (clause 13.5). The version proposed last, sent again, is not proposed again: signatures that come with it and are new are added. So a signature made elsewhere reaches the node: by its signatory, or by whoever may propose if the parties signed the version before with the same key."), d.proposeVersion)
	rest.Add(d.Desk, at.Read("/{id}", "get-agreement", "How an agreement stands", "Its stage, the version that binds and the one proposed last, the parties and who signed."), d.show)
	rest.Add(d.Desk, at.Read("/{id}/margins", "list-margins", "The live fact beside each clause", "How each clause is kept (enforced, measured, clocked, evidenced, or text only so far), and how it stands now."), d.margins)
	rest.Add(d.Desk, at.Read("/{id}/documents/{digest}", "get-document", "A document of the agreement, byte for byte", "The digests are those of the versions and of their signatures.").As("application/octet-stream"), d.document)
}

type agreementLine struct {
	ID     agreement.ID    `json:"id"`
	Number string          `json:"number" doc:"The partnership's own number; empty before anything is proposed."`
	Stage  agreement.Stage `json:"stage"`
}

type listInput struct {
	rest.Page
	Stage string `query:"stage" enum:"draft,in negotiation,signed,in force,suspended,in notice,transition,customers only,ended" doc:"Only agreements at this stage."`
}

func (d *desk) list(_ context.Context, v rest.Visit, in *listInput) (*rest.List[agreementLine], error) {
	var all []agreementLine
	for _, view := range d.Register.Views() {
		if v.Operator || view.State.ID == v.ID {
			all = append(all, agreementLine{view.State.ID, view.State.Text().Agreement.Number, view.State.Stage(d.Now())})
		}
	}
	return rest.Cut(all, in.Page, func(l agreementLine) string { return string(l.ID) }, func(l agreementLine) bool { return rest.Is(in.Stage, l.Stage) })
}

type agreementBody struct {
	ID          agreement.ID    `json:"id"`
	Number      string          `json:"number"`
	Stage       agreement.Stage `json:"stage"`
	Parties     parties         `json:"parties"`
	TimeZone    string          `json:"time_zone" doc:"The zone in which the agreement's days begin and end."`
	InForce     int             `json:"version_in_force,omitzero" doc:"Absent if none ever was."`
	Versions    []version       `json:"versions" doc:"Every version that was put before the parties, the first first."`
	Production  bool            `json:"production_open" doc:"Whether clause 2.2 has opened production."`
	Components  []component     `json:"components" doc:"Clause 1.2."`
	Suspensions []suspension    `json:"suspensions" doc:"Those in effect."`
	Breaches    []breach        `json:"breaches" doc:"Every notice of a material breach, cured or not."`
	Changes     []change        `json:"changes" doc:"Notices of material change."`
	Ending      *ending         `json:"ending,omitempty" doc:"Absent until the end is certain."`
	Entries     int64           `json:"entries" doc:"In the ledger."`
	Policy      string          `json:"policy" doc:"The digest of what the gateway decides by."`
	ReadOnly    string          `json:"read_only,omitempty" doc:"Why nothing can be written, if nothing can."`
}

type parties struct {
	A party `json:"a"`
	B party `json:"b"`
}

type party struct {
	Name      string `json:"name"`
	ShortName string `json:"short_name,omitempty" doc:"The name used in running text."`
}

type component struct {
	Name     string             `json:"name"`
	Title    string             `json:"title"`
	Provider agreement.Party    `json:"provider" enum:"a,b" doc:"The party that provides it."`
	Methods  []agreement.Method `json:"methods" doc:"How callers may show who they are (Schedule B)."`
}

type version struct {
	Version    int                  `json:"version"`
	Manifest   string               `json:"manifest" doc:"The digest that the parties sign."`
	Effective  time.Time            `json:"effective" doc:"From when it applies, once all have signed."`
	Proposed   time.Time            `json:"proposed"`
	Party      agreement.Party      `json:"proposed_by,omitempty" enum:"a,b,host" doc:"host: whoever brought the file to the node’s operator. Absent where the ledger does not say."`
	Signatures []signature          `json:"signatures" doc:"Who has signed it."`
	Documents  []agreement.Document `json:"documents" doc:"What is signed with it, each by its digest."`
}

type signature struct {
	Party     agreement.Party `json:"party" enum:"a,b"`
	Signer    string          `json:"signer" doc:"The person's pseudonym."`
	At        time.Time       `json:"at"`
	Key       string          `json:"key" doc:"The public key."`
	Custody   string          `json:"custody" doc:"Who held the key: node, person or party."`
	Statement string          `json:"statement" doc:"The digest of the signed statement."`
}

type suspension struct {
	Component string          `json:"component,omitempty" doc:"Absent: the whole agreement."`
	Party     agreement.Party `json:"party" enum:"a,b"`
	By        string          `json:"by" doc:"Who suspended it, by pseudonym."`
	Reason    string          `json:"reason"`
	Since     time.Time       `json:"since" doc:"When it began."`
}

type breach struct {
	ID       string          `json:"id"`
	Accused  agreement.Party `json:"accused" enum:"a,b" doc:"The party that is to have broken the agreement."`
	What     string          `json:"what"`
	Notified time.Time       `json:"notified" doc:"When notice was given."`
	CureBy   time.Time       `json:"cure_by" doc:"The time to cure it ends then."`
	Cured    time.Time       `json:"cured,omitzero" doc:"When it was said to be cured; absent before."`
}

type change struct {
	ID       string          `json:"id"`
	Party    agreement.Party `json:"party" enum:"a,b" doc:"Who gave notice."`
	Kind     term.Change     `json:"kind,omitempty" enum:"control,law,technology,business"`
	What     string          `json:"what"`
	Notified time.Time       `json:"notified" doc:"When notice was given."`
	Until    time.Time       `json:"until" doc:"The parties negotiate until then."`
	Closed   time.Time       `json:"closed,omitzero" doc:"Absent while it is open."`
	Agreed   bool            `json:"agreed" doc:"Closed because the parties agreed; else because the agreement was terminated for it."`
}

type ending struct {
	Ground        term.Ground     `json:"ground" enum:"notice,material_breach,insolvency,material_change,expiry" doc:"Why the agreement ends."`
	Party         agreement.Party `json:"party,omitempty" enum:"a,b" doc:"Who ended it; absent where the term runs out."`
	Noticed       time.Time       `json:"noticed,omitzero" doc:"Absent where the term runs out."`
	Ends          time.Time       `json:"ends" doc:"Full use until then."`
	TransitionEnd time.Time       `json:"transition_ends" doc:"Transition until then (clause 12.3)."`
	CustomersEnd  time.Time       `json:"customers_end,omitzero" doc:"Existing customers until then (clause 12.4)."`
}

type agreementAnswer struct{ Body agreementBody }

func (d *desk) show(_ context.Context, v rest.Visit, _ *rest.Of) (*agreementAnswer, error) {
	s, t := v.View.State, v.View.State.Text()
	b := agreementBody{ID: v.ID, Number: t.Agreement.Number, Stage: s.Stage(d.Now()), TimeZone: t.Frame().Zone().String(),
		Parties: parties{party{t.Parties.A.Name, t.Parties.A.ShortName}, party{t.Parties.B.Name, t.Parties.B.ShortName}},
		InForce: s.Life.InForce, Production: s.Integration.Production, Ending: endingOf(s.Ending()),
		Suspensions: suspensions(s.Term), Breaches: breaches(s.Term), Changes: changes(s.Term), Entries: v.View.Size, Policy: v.View.Policy().Digest}
	for _, one := range s.Life.Versions {
		b.Versions = append(b.Versions, versionOf(one))
	}
	for _, c := range t.Frame().Components {
		b.Components = append(b.Components, component{c.Name, c.Title, c.Provider, c.Methods})
	}
	if v.View.Broken != nil {
		b.ReadOnly = v.View.Broken.Error()
	}
	return &agreementAnswer{b}, nil
}

func versionOf(v agreement.Version) version {
	out := version{Version: v.Number, Manifest: v.Manifest, Effective: v.Effective, Proposed: v.Proposed, Party: v.Party, Documents: v.Documents}
	for _, s := range v.Signatures {
		out.Signatures = append(out.Signatures, signature{s.Party, s.Signer, s.At, s.Key, s.Custody, s.Statement})
	}
	return out
}

func suspensions(s term.State) (all []suspension) {
	for name, x := range s.Suspended {
		all = append(all, suspension{name, x.Party, x.By, x.Reason, x.At})
	}
	slices.SortFunc(all, func(a, b suspension) int { return strings.Compare(a.Component, b.Component) })
	return all
}

func breaches(s term.State) (all []breach) {
	for _, b := range s.Breaches {
		all = append(all, breach(b))
	}
	slices.SortFunc(all, func(a, b breach) int { return strings.Compare(a.ID, b.ID) })
	return all
}

func changes(s term.State) (all []change) {
	for _, n := range s.Changes {
		all = append(all, change(n))
	}
	slices.SortFunc(all, func(a, b change) int { return strings.Compare(a.ID, b.ID) })
	return all
}

func endingOf(e *term.Ending) *ending {
	if e == nil {
		return nil
	}
	return &ending{e.Ground, e.Party, e.Noticed, e.Ends, e.TransitionEnd, e.CustomersEnd}
}

type margin struct {
	Clause  agreement.Clause `json:"clause"`
	Title   string           `json:"title"`
	Kept    margins.Keeping  `json:"kept" enum:"enforced,measured,clocked,evidenced,text only" doc:"How the clause is kept: the software refuses what it forbids, counts what it counts, acts when its time comes, proves what it asks for, or does not run it."`
	Status  margins.Status   `json:"status" enum:"good,due,late,off,silent" doc:"How the clause stands now."`
	Fact    string           `json:"fact,omitempty" doc:"The fact beside it, in a sentence."`
	Details []string         `json:"details" doc:"More facts, a sentence each."`
}

func (d *desk) margins(ctx context.Context, v rest.Visit, _ *rest.Of) (*rest.Whole[margin], error) {
	live, err := d.Live(ctx, v.ID)
	if err != nil {
		return nil, err
	}
	var all []margin
	for _, m := range margins.All(v.View.State, live) {
		all = append(all, margin{m.Clause, m.Clause.Title(), m.Kept, m.Status, m.Fact, m.Details})
	}
	return rest.WholeOf(all), nil
}

type documentInput struct {
	rest.Of
	Digest string `path:"digest" maxLength:"80" doc:"sha256: and 64 hexadecimal digits."`
}

// document hands out only what a version or a signature of this agreement refers to: the store
// holds other agreements' documents, too.
func (d *desk) document(_ context.Context, v rest.Visit, in *documentInput) (*rest.File, error) {
	for _, one := range v.View.State.Life.Versions {
		for _, known := range documentsOf(one) {
			if known.Digest != in.Digest {
				continue
			}
			b, err := d.Documents.Document(known.Digest)
			return &rest.File{Type: known.MediaType, Disposition: `attachment; filename="` + strings.TrimPrefix(known.Digest, "sha256:") + `"`,
				Caching: "private, max-age=31536000, immutable", Body: b}, err
		}
	}
	return nil, register.ErrUnknown
}

func documentsOf(v agreement.Version) []agreement.Document {
	all := slices.Clone(v.Documents)
	for _, s := range v.Signatures {
		all = append(all, agreement.Document{Name: "signature", MediaType: "application/json", Digest: s.Statement})
	}
	return all
}
