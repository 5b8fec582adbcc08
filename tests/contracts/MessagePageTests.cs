using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using MassTransit;
using Tiltas.Hosting.Messaging;

namespace Tiltas.Contracts.Tests;

/// <summary>docs/messages.md says what the code does, and all of it.</summary>
public sealed partial class MessagePageTests
{
    private static readonly string Root = FindRoot();
    private static readonly Dictionary<string, string[]> Rows = File.ReadLines(Path.Combine(Root, "docs", "messages.md"))
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line.Contains("`urn:", StringComparison.Ordinal))
        .Select(line => line.Trim('|').Split(" | ", StringSplitOptions.TrimEntries)).ToDictionary(cells => cells[0]);

    private static readonly List<(string Service, string Text)> Sources = [.. System.IO.Directory.EnumerateDirectories(Path.Combine(Root, "services"))
        .SelectMany(service => System.IO.Directory.EnumerateFiles(service, "*.cs", SearchOption.AllDirectories), (service, file) => (Path.GetFileName(service), File.ReadAllText(file)))];

    [GeneratedRegex("`([a-z]+\\.[a-z-]+)`")]
    private static partial Regex Queue();

    public static TheoryData<Type> All => [.. Wire.Messages];

    [Fact]
    public void Page_NamesEveryMessageAndNoOther() => Assert.Equal(Wire.Messages.Select(type => type.Name).Order(), Rows.Keys.Order());

    [Theory]
    [MemberData(nameof(All))]
    public void Row_GivesUrnExchangeAndFieldsOfTheContract(Type message)
    {
        var row = Rows[message.Name];
        Assert.Equal($"`{MessageCatalogue.UrnOf(message)}`", row[1]);
        Assert.Equal($"`{message.GetCustomAttribute<EntityNameAttribute>()!.EntityName}`", row[2]);
        var nullability = new NullabilityInfoContext();
        Assert.Equal(string.Join(", ", message.GetProperties().Select(member =>
            JsonNamingPolicy.CamelCase.ConvertName(member.Name) + (nullability.Create(member).ReadState == NullabilityState.Nullable ? "?" : ""))), row[5]);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Row_NamesTheServiceThatSends(Type message)
    {
        // Made with its name, or by a method that returns it.
        var made = new Regex($@"new {message.Name}\b|\b{message.Name} \w+\([^)]*\)\s*=>\s*new\(\)");
        var senders = Sources.Where(source => made.IsMatch(source.Text)).Select(source => source.Service).Distinct();
        Assert.Equal([Rows[message.Name][3].Split(":")[0]], senders);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Row_NamesEveryQueueThatTakesIt(Type message)
    {
        var listens = new Regex($"On<{message.Name}, \\w+>\\(\"([^\"]+)\"\\)");
        var queues = Sources.SelectMany(source => listens.Matches(source.Text).Select(match => $"{source.Service}.{match.Groups[1].Value}"));
        Assert.Equal(queues.Order(StringComparer.Ordinal), Queue().Matches(Rows[message.Name][4]).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Tiltas.slnx"))) return folder.FullName;
        throw new InvalidOperationException("These tests run from within the repository.");
    }
}
