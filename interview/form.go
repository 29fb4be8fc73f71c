package interview

import (
	"strings"

	"entente/articles"
	"entente/calendar"
)

// A Question is asked of whoever begins an agreement.
type Question struct {
	Path  string // the place in the agreement file that it is about, by which its answer is known
	Text  string
	Usual string   // the usual answer; empty if there is none
	Of    []string // what it may be answered, if that is one of a few words
}

// An Asked question is one of a form, with its answer.
type Asked struct {
	Question
	Heads  string // what heads it and those that follow, if it is the first of them
	Known  string // what is to be known of its answer
	Answer string // as it was given, or else the usual one
	Wrong  string // why the answer will not do; empty if it does, or if none was given yet
}

// Fill asks all questions at once of a form that holds answers by the questions' paths, and says how each
// was answered. Which questions there are depends on the answers, as for two components instead of one. An
// agreement is whole once no question has an answer that will not do. A form that is nil has not been filled
// in: nothing is wrong with it yet.
func Fill(answers map[string]string, today calendar.Date) (a articles.Agreement, asked []Asked, whole bool) {
	f := &form{answers: answers, at: map[string]int{}, whole: answers != nil}
	a, _ = all(f, today) // a form never ends early
	return a, f.asked, f.whole
}

// A form is filled in before anything is asked.
type form struct {
	answers map[string]string
	asked   []Asked
	at      map[string]int // of each path in asked
	heads   string
	whole   bool
}

func (f *form) hear(text string) { f.heads = text }

func (f *form) know(text string) { f.asked[len(f.asked)-1].Known = text }

// answer is the form's, and after one that will not do the usual one: the questions that follow need some.
func (f *form) answer(q Question, wrong error) (string, bool, error) {
	i, again := f.at[q.Path]
	if !again {
		one := Asked{Question: q, Heads: f.heads, Answer: q.Usual}
		if given := strings.TrimSpace(f.answers[q.Path]); given != "" {
			one.Answer = given
		}
		f.heads, f.at[q.Path] = "", len(f.asked)
		f.asked = append(f.asked, one)
		return one.Answer, true, nil
	}
	one := &f.asked[i]
	if f.answers != nil && one.Wrong == "" {
		f.whole, one.Wrong = false, "answer yes to at least one of these"
		if wrong != nil {
			one.Wrong = wrong.Error()
		}
		return q.Usual, q.Usual != "", nil
	}
	return q.Usual, q.Usual != "" && wrong == nil, nil
}
