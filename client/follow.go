package client

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// longestLine bounds a line of a stream: an event has one line.
const longestLine = 1 << 20

// Follow reads the server-sent events below a path, those behind the one whose id is last, and hands each one's
// data over until the context ends or do fails. Where the connection breaks it goes on behind what it has seen. A
// refusal is a *Problem.
func (c *Client) Follow(ctx context.Context, path, last string, do func(data []byte) error) error {
	for {
		err := c.follow(ctx, path, &last, do)
		var broken brokenStream
		if !errors.As(err, &broken) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// pause is how long to wait before following again.
const pause = 2 * time.Second

// A brokenStream ended, and may go on.
type brokenStream struct{ error }

func (c *Client) follow(ctx context.Context, path string, last *string, do func([]byte) error) error {
	r, err := c.request(ctx, http.MethodGet, path, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Accept", "text/event-stream")
	if *last != "" {
		r.Header.Set("Last-Event-ID", *last)
	}
	answer, err := c.Via.RoundTrip(r)
	if err != nil {
		return c.silence(r, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		b, err := io.ReadAll(io.LimitReader(answer.Body, longestLine))
		if err != nil {
			return fmt.Errorf("reading the node's answer: %w", err)
		}
		return problem(answer, b)
	}
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, longestLine)
	var id, data string
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch {
		case name == "id":
			id = value
		case name == "data":
			data = value
		case lines.Text() == "" && data != "":
			if err := do([]byte(data)); err != nil {
				return err
			}
			*last, data = id, ""
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return brokenStream{fmt.Errorf("the stream ended: %w", errors.Join(lines.Err(), io.EOF))}
}
