package articlestest

import (
	"fmt"
	"strings"

	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
)

// names are titles and names as people have them: long ones, from right to left, with combining marks.
var names = []string{strings.TrimSpace(strings.Repeat("A very long name of a thing ", 7)), "שירות חיפוש", "Zu\u0308rich e\u0301tude n\u0303", "خدمة البحث", "Плотина"}

// Long is the example with so many more components, requirements, data, people, shares and service levels.
func Long(rows int) articles.Agreement {
	a := draft.Example(Day)
	component, specification := a.Scope.Components[0], a.ScheduleA.Components[0]
	requirement, data, level, share := a.Integration.Requirements[0], a.Sharing.Data[0], a.ScheduleC.Levels[0], a.Commerce.Revenue.Shares[0]
	people := a.Governance.People
	for i := range rows {
		name := fmt.Sprintf("%s %d", names[i%len(names)], i)
		component.Name, component.Title = fmt.Sprintf("part-%d", i), name
		specification.Component, level.Component, share.Component = component.Name, component.Name, component.Name
		requirement.ID, requirement.Title = fmt.Sprintf("step-%d", i), name
		data.Name, data.Title, data.Component = fmt.Sprintf("data-%d", i), name, component.Name
		person := people[i%len(people)]
		person.ID, person.Name, person.Email = fmt.Sprintf("person-%d", i), name, agreement.Email(fmt.Sprintf("p%d@company.example", i))
		a.Scope.Components = append(a.Scope.Components, component)
		a.ScheduleA.Components = append(a.ScheduleA.Components, specification)
		a.Integration.Requirements = append(a.Integration.Requirements, requirement)
		a.Sharing.Data = append(a.Sharing.Data, data)
		a.Governance.People = append(a.Governance.People, person)
		a.Commerce.Revenue.Shares = append(a.Commerce.Revenue.Shares, share)
		a.ScheduleC.Levels = append(a.ScheduleC.Levels, level)
	}
	return a
}
