package record

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"entente/api/rest"
	"entente/articles/commerce"
	"entente/receipt"
)

func (d *Shelf) receipts(to *rest.Desk) {
	rest.Add(to, rest.Place{Path: "/api/v1/receipts", Tag: "usage"}.Read("/{call}", "get-receipt", "The record of a call, and the proof of it once its hour is stated",
		"The id is the one that the answer to the call bore in Entente-Receipt and Entente-Usage-Id. Keep the receipt: entente verify checks it without a node, and shows a record that was changed since."), d.receipt)
}

// CallPath is the input of an operation on one metered call.
type CallPath struct {
	Call string `path:"call" maxLength:"40" doc:"The call's usage id: use_ and 26 letters and digits."`
}

type receiptAnswer struct {
	Body struct {
		State     string          `json:"state" enum:"open,metered,sealed" doc:"open: the call has not ended. metered: it has, and waits for the statement of its hour. sealed: a statement in the ledger covers it."`
		Record    usageRecord     `json:"record"`
		Statement *stated         `json:"statement,omitempty" doc:"The hour in which the call is stated, or is to be."`
		Receipt   json.RawMessage `json:"receipt,omitempty" doc:"The proof (entente-receipt/1), once the call is sealed."`
	}
}

type stated struct {
	Component   string    `json:"component"`
	Environment string    `json:"environment"`
	From        time.Time `json:"from" doc:"When the hours that it states begin."`
	To          time.Time `json:"to" doc:"When they end."`
}

func (d *Shelf) receipt(ctx context.Context, v rest.Visit, in *CallPath) (*receiptAnswer, error) {
	r, w, err := d.reader().Find(ctx, v.ID, in.Call)
	if err != nil {
		return nil, err
	}
	var out receiptAnswer
	out.Body.State, out.Body.Record = "metered", recordOf(r)
	if !r.State.Final() {
		out.Body.State = "open"
	}
	if w.From.IsZero() {
		w.From, w.To = commerce.HourOf(r.Opened, v.View.State.Text().Frame().Zone())
	}
	out.Body.Statement = &stated{w.Component, string(w.Environment), w.From, w.To}
	proof, err := d.Receipts.Receipt(ctx, v.ID, r.ID)
	switch {
	case errors.Is(err, receipt.ErrUnsealed):
		return &out, nil
	case err != nil:
		return nil, err
	}
	out.Body.State = "sealed"
	out.Body.Receipt, err = proof.Bytes()
	return &out, err
}
