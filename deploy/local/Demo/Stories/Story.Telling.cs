namespace Tiltas.Local.Demo.Stories;

/// <summary>What the person is told of rights, and what must not stay open.</summary>
internal abstract partial class Story
{
    /// <summary>Tells the person all that is owed, and finds that nothing is owed any more. Words are shown as the network gives them, in that language where it has them.</summary>
    protected async Task TellAsync(string agency, string language, bool interpreter, string to, params string[] expected)
    {
        var read = await stage.DoesAsync(agency, "reads of what the person is owed to be told", system => system.GetAsync(Of("information"), stage.Stop));
        var owed = read.Body!["owed"]!.AsArray();
        var source = read.Body["source"]!;
        foreach (var one in owed)
            stage.Note($"{one!["entitlement"],-26} {(one["held"]!.GetValue<bool>() ? "came" : "went"),-8} {one["text"]![language] ?? one["text"]!["en"]}");
        if (owed.Count > 0) stage.Note($"owed by {string.Join(", ", owed.Select(one => one!["owedBy"]!.GetValue<string>()).Distinct())}, till {owed[0]!["dueBy"]}; written in {Number($"{source["title"]} ({source["date"]})")}");
        var names = owed.Select(one => $"{one!["entitlement"]} {(one["held"]!.GetValue<bool>() ? "came" : "went")}").ToArray();
        if (!Same(names, expected)) throw new NotSeenException($"{agency}: should owe {string.Join("; ", expected)}, but owes {string.Join("; ", names)}");

        await stage.DoesAsync(agency, $"tells the {(to == "Person" ? "person" : "guardian")}, in {language}{(interpreter ? " with an interpreter" : "")}", system => system.PostAsync(Of("information"), new
        {
            entitlements = owed.Select(one => one!["entitlement"]!.GetValue<string>()), version = read.Body["version"]!.GetValue<int>(), language, interpreter, form = "Oral", to,
        }, stage.Stop));
        await stage.DoesAsync(agency, "finds that nothing is owed to the person any more", system => system.GetAsync(Of("information"), stage.Stop), reply => reply.Body!["owed"]!.AsArray().Count == 0);
    }

    /// <summary>Age or right to stay come to be known; the status stays as it is.</summary>
    protected Task CircumstancesAsync(string agency, string what, object circumstances, string status) =>
        stage.DoesAsync(agency, what, system => system.PostAsync(Of("circumstances"), circumstances, stage.Stop), reply => reply.Text("status") == status);

    /// <summary>A right that follows from the right to stay is there, and not for everybody to read.</summary>
    protected Task NotToldAsync(string agency, string right) =>
        stage.DoesAsync(agency, $"reads entitlements, without {right}", system => system.GetAsync(Of("entitlements"), stage.Stop),
            reply => Right.Read(reply.Body!) is { Count: > 0 } read && read.All(one => one.What != right) && _rights.Any(one => one.What == right));

    protected Task NothingOpenAsync(string agency) =>
        stage.DoesAsync(agency, "finds nothing that has been open for too long", system => system.GetAsync(Of("gaps"), stage.Stop), reply => reply.Body!["items"]!.AsArray().Count == 0);
}
