package api

import (
	"context"
	"errors"
	"net/http"

	"entente/api/rest"
	"entente/ledger/tree"
)

// witness serves the node as a witness (C2SP tlog-witness). It needs no token: what it confirms is
// public to whoever has the log's checkpoint, and it confirms nothing that the log did not sign.
func (d *desk) witness() {
	rest.Add(d.Desk, rest.Operation{Method: http.MethodPost, Path: "/witness/add-checkpoint", ID: "add-checkpoint", Tag: "witness", Limit: tree.MaxAddCheckpoint, Media: rest.PlainText,
		Summary: "Confirm a new state of a log that the node follows (C2SP tlog-witness)",
		About:   "The answer is the line of the cosignature. 404: the node does not follow the log; 403: the log did not sign; 409, with the size that was confirmed last: old is another; 422: the proof does not show that the log continues; 400: malformed."}, d.addCheckpoint)
	rest.Add(d.Desk, rest.Operation{Method: http.MethodGet, Path: "/witness/vkey", ID: "get-witness-key", Tag: "witness", Media: rest.PlainText,
		Summary: "The key that verifies the node's cosignatures (C2SP signed-note)", About: "One line: name, key id and key."}, d.witnessKey)
}

type checkpointInput struct {
	RawBody []byte `contentType:"text/plain"`
}

type witnessAnswer struct {
	Status int
	Type   string `header:"Content-Type" hidden:"true"`
	Body   []byte
}

func (d *desk) addCheckpoint(ctx context.Context, _ rest.Visit, in *checkpointInput) (*witnessAnswer, error) {
	line, err := d.Witness.Add(ctx, in.RawBody)
	var no *tree.WitnessRefusal
	switch {
	case errors.As(err, &no) && no.Status == http.StatusConflict:
		return &witnessAnswer{no.Status, "text/x.tlog.size", []byte(no.Body())}, nil
	case errors.As(err, &no):
		return &witnessAnswer{no.Status, rest.PlainText, []byte(no.Body())}, nil
	case err != nil:
		return nil, err
	}
	return &witnessAnswer{http.StatusOK, rest.PlainText, line}, nil
}

func (d *desk) witnessKey(context.Context, rest.Visit, *rest.Nothing) (*rest.File, error) {
	return &rest.File{Type: rest.PlainText, Body: []byte(d.Witness.VKey().String() + "\n")}, nil
}
