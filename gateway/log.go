package gateway

import (
	"context"
	"log/slog"
	"time"
)

// A liner is a slog.Handler that takes a line without the detour over a slog.Record.
type liner interface {
	Line(at time.Time, level slog.Level, message string, attrs []slog.Attr)
}

// log writes the call's line: no secret, no body, no query, and no path but what the agreement knows.
func (c *call) log() {
	handler := c.gateway.logger().Handler()
	if !handler.Enabled(context.Background(), slog.LevelInfo) {
		return
	}
	switch {
	case c.desk != nil:
		handler = c.desk.log
	case c.policy != nil:
		handler = handler.WithAttrs([]slog.Attr{slog.String("agreement", string(c.policy.Agreement)), slog.Int("version", c.policy.Version)})
	}
	now := c.gateway.Now()
	attrs := append(c.attrs[:0], slog.String("request", c.id), slog.String("method", c.r.Method), slog.Int("status", c.status),
		slog.Duration("took", now.Sub(c.at)), slog.Int64("bytes_in", c.received()), slog.Int64("bytes_out", c.sent))
	if c.ask.Operation != "" {
		attrs = append(attrs, slog.String("operation", c.ask.Operation))
	}
	if c.grant != nil {
		attrs = append(attrs, slog.String("purpose", string(c.purposeOrKeys())))
	}
	if c.usageID != "" {
		attrs = append(attrs, slog.String("usage", c.usageID), slog.String("outcome", string(c.outcome)))
	}
	if c.no != nil {
		attrs = append(attrs, slog.String("code", string(c.no.code)), slog.String("clause", string(c.no.clause)))
		if c.no.cause != nil {
			attrs = append(attrs, slog.Any("cause", c.no.cause))
		}
	}
	if l, ok := handler.(liner); ok {
		l.Line(now, slog.LevelInfo, "call", attrs)
		return
	}
	line := slog.NewRecord(now, slog.LevelInfo, "call", 0)
	line.AddAttrs(attrs...)
	_ = handler.Handle(context.Background(), line)
}
