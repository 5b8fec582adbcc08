using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Tiltas.TestKit;

namespace Tiltas.Platform.Tests.Telemetry;

public sealed partial class LineFormatterTests
{
    [Fact]
    public async Task Line_WithOtherField_PrintsTemplateTimeAndMask()
    {
        var line = await Written(logger => Log.Took(logger, 1_234.5, "Ona\nfail forged", "AB\r\nC"));
        Assert.Equal("2026-03-02T08:00:00.000Z info Trial Took: Took {all} 1234.50 s from ∅ by AB  C\n", line);
    }

    [Fact]
    public async Task Line_WithException_PrintsTypesAndFramesOnly()
    {
        Exception thrown;
        try
        {
            throw new InvalidOperationException("Kanarele", new FormatException("Kanarele"));
        }
        catch (InvalidOperationException e)
        {
            thrown = e;
        }
        var line = await Written(logger => Log.Failed(logger, thrown));
        Assert.DoesNotContain("Kanarele", line);
        Assert.Contains("| System.InvalidOperationException <- System.FormatException at ", line);
        Assert.Contains(nameof(Line_WithException_PrintsTypesAndFramesOnly), line);
        Assert.Equal(line.Length - 1, line.IndexOf('\n'));
    }

    [Fact]
    public async Task Line_WithFinishedText_PrintsNothingOfIt() =>
        Assert.Equal("2026-03-02T08:00:00.000Z warn Trial: ∅\n",
            await Written(logger => logger.Log(LogLevel.Warning, default, "Kanarele", null, (state, _) => state)));

    private static async Task<string> Written(Action<ILogger> log)
    {
        await using var service = await RunningService.Start(builder => builder.Services.AddSingleton<TimeProvider>(new SetTime()));
        var formatter = service.Services.GetServices<ConsoleFormatter>().Single(one => one.Name == "tiltas");
        var writer = new Writer(formatter);
        log(writer);
        return writer.Lines.ToString();
    }

    private sealed class Writer(ConsoleFormatter formatter) : ILogger
    {
        public StringWriter Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter1) =>
            formatter.Write(new LogEntry<TState>(logLevel, "Trial", eventId, state, exception, formatter1), null, Lines);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Took {{all}} {Seconds:0.00} s from {Name} by {Agency}")]
        public static partial void Took(ILogger logger, double seconds, string name, string agency);

        [LoggerMessage(Level = LogLevel.Error, Message = "Failed")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
