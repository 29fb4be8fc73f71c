package record

import (
	"entente/articles/policy"
	"entente/quota"
	"entente/replay"
)

// A limitStanding is how a limit of Schedule C stands for a call.
type limitStanding struct {
	Limit string `json:"limit" doc:"Its name, as RateLimit-Policy has it."`
	Words string `json:"words" doc:"What it allows."`
	Per   string `json:"per" enum:"key,component,party,customer" doc:"By whom it counts."`
	Unit  string `json:"unit" enum:"requests,tokens,bytes,money,open" doc:"What it counts; money in minor units, open is calls at the same time."`
	Hard  bool   `json:"hard" doc:"Whether it ends an answer under way."`
	Used  int64  `json:"used" doc:"What is used up."`
	Held  int64  `json:"held" doc:"For calls that are open."`
	Need  int64  `json:"need" doc:"That the call would hold."`
	Left  int64  `json:"left" doc:"That can still be held, before the call."`
	Most  int64  `json:"most" doc:"What the limit allows in all."`
	Reset int64  `json:"reset_s,omitzero" doc:"Seconds until more becomes free."`
	Full  bool   `json:"full" doc:"Whether it would refuse the call."`
}

// ahead says what would become of a call that the policy permits: what the limits say and what they would hold, and then
// whether there is a way to the provider's service. A refusal is the decision's.
func (d *Shelf) ahead(out *replay.Decision, p *policy.Policy, g *policy.Grant, c policy.Call, bytes, most int64) (limits []limitStanding, holds *held, err error) {
	room, way, err := d.Room(p, g, c, bytes, most)
	if err != nil {
		return nil, nil, err
	}
	for _, s := range room.Standings {
		r := s.Rule
		limits = append(limits, limitStanding{Limit: r.Name(), Words: r.Words(), Per: string(r.Per), Unit: string(r.Unit), Hard: r.Hard, Used: s.Used, Held: s.Held,
			Need: s.Need, Left: s.Left, Most: r.Quota, Reset: quota.Seconds(s.Reset), Full: room.Full != nil && room.Full.Rule == r})
	}
	last := policy.Step{Clause: "C", Asked: "every limit has room for the call", OK: room.Full == nil}
	if full := room.Full; full != nil {
		out.Refuse(p, policy.Verdict{Code: full.Code(), Clause: "C", Why: full.Why()})
		last.Why, last.Term, last.Says, last.Call = full.Why(), "schedule_c.limits", full.Rule.Words(), full.Rule.Say(full.Need)
	} else {
		holds = &held{room.Held.Input, room.Held.Output, room.Held.Bytes}
	}
	out.Steps = append(out.Steps, last)
	if out.OK {
		out.Steps = append(out.Steps, policy.Step{Clause: "A", Asked: "the node knows where the provider serves the component", OK: way.OK, Why: way.Why})
	}
	if out.OK && !way.OK {
		out.Refuse(p, way)
	}
	return limits, holds, nil
}
