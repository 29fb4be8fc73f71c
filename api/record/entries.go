package record

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"entente/agreement"
	"entente/api/rest"
	"entente/ledger"
)

type entriesInput struct {
	rest.Of
	After  string `query:"after" pattern:"^(0|[1-9][0-9]{0,14})$" doc:"The position behind which to go on."`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"The most to list."`
	Type   string `query:"type" maxLength:"100" doc:"Only entries of this type: integration.key_issued/2, or integration.* for all that begin so."`
	Clause string `query:"clause" maxLength:"40" doc:"Only entries under this clause, by number: 6.1, C for a schedule."`
	Party  string `query:"party" enum:"a,b,host" doc:"Only entries by this party."`
	Actor  string `query:"actor" maxLength:"100" doc:"Only entries by this person, by pseudonym."`
	From   string `query:"from" format:"date" doc:"From this day on, in the agreement's time zone."`
	To     string `query:"to" format:"date" doc:"To this day, included."`
}

type entry struct {
	Position int64           `json:"position" doc:"Of the entry, from 0."`
	Type     string          `json:"type,omitempty" doc:"What kind of entry it is, with the version of its form."`
	Clause   string          `json:"clause,omitempty" doc:"The clause under which it happened; absent for what concerns the ledger itself."`
	Time     time.Time       `json:"time,omitzero" doc:"When it was written, by the clock of the node that keeps the ledger."`
	Party    string          `json:"party,omitempty" enum:"a,b,host"`
	Actor    string          `json:"actor,omitempty" doc:"Who acted, by pseudonym."`
	Custody  string          `json:"custody,omitempty" doc:"Who held the signing key: node, person or party."`
	Key      string          `json:"key,omitempty" doc:"The id of the signing key."`
	Body     json.RawMessage `json:"body,omitempty" doc:"What happened; its members depend on the type."`
	Leaf     []byte          `json:"leaf" doc:"The entry as it was signed and is stored, in base64."`
	Damaged  string          `json:"damaged,omitempty" doc:"Why the entry cannot be read, if it cannot."`
}

type entriesAnswer struct {
	Body struct {
		rest.Part[entry]
		Size int64 `json:"size" doc:"The number of entries."`
	}
}

// scan is how many entries are looked through at a time, and enough how many for one answer.
const (
	scan   = 500
	enough = 10_000
)

func (d *Shelf) entries(ctx context.Context, v rest.Visit, in *entriesInput) (*entriesAnswer, error) {
	clause, err := rest.AskedClause(in.Clause)
	if err != nil {
		return nil, err
	}
	zone := v.View.State.Text().Frame().Zone()
	src := d.Source(ctx, v.ID)
	size, err := src.Size()
	if err != nil {
		return nil, err
	}
	start := int64(0)
	if in.After != "" {
		if start, err = strconv.ParseInt(in.After, 10, 64); err != nil {
			return nil, rest.Invalid("query.after", "this is no position")
		}
		start = min(start+1, size)
	}
	var out entriesAnswer
	out.Body.Size = size
	at := start
	for at < size && len(out.Body.Items) < in.Limit && at-start < enough {
		leaves, err := src.Leaves(at, min(at+scan, size))
		if err != nil {
			return nil, err
		}
		for _, leaf := range leaves {
			if e := entryOf(at, leaf); in.keeps(e, clause, zone) {
				out.Body.Items = append(out.Body.Items, e)
			}
			if at++; len(out.Body.Items) == in.Limit {
				break
			}
		}
	}
	if at < size {
		out.Body.Next = strconv.FormatInt(at-1, 10)
	}
	return &out, nil
}

// keeps says whether an entry is asked for. One that cannot be read is in every answer: nobody can say that it is not.
func (in *entriesInput) keeps(e entry, clause agreement.Clause, zone *time.Location) bool {
	day := e.Time.In(zone).Format(time.DateOnly)
	prefix, all := strings.CutSuffix(in.Type, "*")
	return e.Damaged != "" ||
		(rest.Is(in.Type, e.Type) || all && strings.HasPrefix(e.Type, prefix)) && rest.Is(clause, e.Clause) && rest.Is(in.Party, e.Party) && rest.Is(in.Actor, e.Actor) &&
			day >= in.From && (in.To == "" || day <= in.To)
}

func entryOf(position int64, leaf ledger.Leaf) entry {
	s, err := ledger.Open(leaf)
	if err != nil {
		return entry{Position: position, Leaf: leaf, Damaged: err.Error()}
	}
	e := s.Entry
	return entry{position, e.Type, e.Clause, e.Time, string(e.Party), e.Actor, string(e.Custody), s.KeyID, e.Body, leaf, ""}
}
